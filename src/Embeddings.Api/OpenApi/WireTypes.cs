using System.Text.Json;
using System.Text.Json.Nodes;
using Embeddings.Api.Classifiers;
using Embeddings.Api.Jobs;
using Embeddings.Api.OpenAi;
using Embeddings.Api.Retrieval;
using Embeddings.Api.Wire;
using Embeddings.Storage.Filtering;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Embeddings.Api.OpenApi;

/// <summary>Types whose JSON is not what their C# says.</summary>
internal static class WireTypes
{
    /// <summary>The media type of bytes that are no text.</summary>
    public const string Binary = "application/octet-stream";

    /// <summary>
    /// The media type of a body of JSON lines. With "json" in the name, the page would send the body as one JSON
    /// string.
    /// </summary>
    public const string PlainText = "text/plain";

    public static void MapWireTypes(this SwaggerGenOptions options)
    {
        options.MapType<EmbeddingInput>(() => OneOf(
            """["The cat sits outside", "A dog barks loudly"]""",
            Text(1), ListOf(Text(1)), ListOf(Of(JsonSchemaType.Object)), ListOf(Of(JsonSchemaType.Integer)),
            ListOf(ListOf(Of(JsonSchemaType.Integer)))));
        options.MapType<EmbeddingId>(() => Text());
        options.MapType<TruncateOption>(() => OneOf(
            "true",
            Of(JsonSchemaType.Boolean),
            new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["NONE", "START", "END"] }));
        options.MapType<EmbeddingVector>(
            () => OneOf(
                "[0.0676569, 0.0634959, 0.0487131]",
                Vector(),
                new OpenApiSchema { Type = JsonSchemaType.String, Format = "byte" }));
        options.MapType<TextOrVector>(() => OneOf("\"The cat sits outside\"", Text(), Vector()));
        options.MapType<TextsOrVectors>(() => OneOf("""["The cat sits outside"]""", Text(), Vector(), ListOf(OneOf(null, Text(), Vector()))));
        options.MapType<Example>(
            () => OneOf("\"cat\"", Text(1), Of(JsonSchemaType.Integer), Vector(), Of(JsonSchemaType.Object)));
        options.MapType<LabelInput>(() => OneOf("\"refund\"", Text(1), Of(JsonSchemaType.Object)));
        options.MapType<VendorText>(() => OneOf("\"Where is my parcel?\"", Text(), Of(JsonSchemaType.Object)));
        options.MapType<Metadata>(() => new OpenApiSchema { Type = JsonSchemaType.Object, Example = JsonNode.Parse("""{ "animal": "cat" }""") });
        options.MapType<RawJson>(() => new OpenApiSchema());
        options.MapType<JobResult>(() => Of(JsonSchemaType.Object));
        options.MapType<JsonElement>(() => Of(JsonSchemaType.Object));
    }

    public static OpenApiSchema ListOf(IOpenApiSchema item) =>
        new() { Type = JsonSchemaType.Array, MinItems = 1, Items = item };

    private static OpenApiSchema OneOf(string? example, params IOpenApiSchema[] forms) =>
        new() { OneOf = [.. forms], Example = example is null ? null : JsonNode.Parse(example) };

    private static OpenApiSchema Vector() =>
        ListOf(new OpenApiSchema { Type = JsonSchemaType.Number, Format = "float" });

    private static OpenApiSchema Text(int? least = null) => new() { Type = JsonSchemaType.String, MinLength = least };

    private static OpenApiSchema Of(JsonSchemaType type) => new() { Type = type };
}
