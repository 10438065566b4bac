using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.OpenAi;
using Embeddings.Api.Similarity;
using Embeddings.Api.Wire;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Embeddings.Api.OpenApi;

/// <summary>
/// Adds to schemas what C# types do not say: which fields are required, whether unknown fields are ignored, and the two
/// forms of some replies.
/// </summary>
internal sealed class SchemaDetails : ISchemaFilter
{
    /// <summary>
    /// A name that is an identifier in every language: <c>SearchResults</c> for the lists of a generic type.
    /// </summary>
    public static string NameOf(Type type)
    {
        if (!type.IsGenericType)
        {
            return type.Name;
        }

        var item = NameOf(type.GetGenericArguments()[0]);
        return type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? item + "s" : item;
    }

    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema { Properties: { Count: > 0 } properties } target)
        {
            return;
        }

        if (context.Type.IsGenericType && context.Type.GetGenericTypeDefinition() == typeof(OneOrSeveral<>))
        {
            var answer = context.SchemaGenerator.GenerateSchema(
                context.Type.GetGenericArguments()[0], context.SchemaRepository);
            (target.Type, target.Properties, target.Required) = (null, null, null);
            (target.AdditionalProperties, target.AdditionalPropertiesAllowed) = (null, true);
            target.OneOf = [answer, WireTypes.ListOf(answer)];
            return;
        }

        target.AdditionalPropertiesAllowed = context.Type != typeof(DocumentInput)
            && context.Type.GetCustomAttribute<JsonUnmappedMemberHandlingAttribute>()?.UnmappedMemberHandling != JsonUnmappedMemberHandling.Disallow;
        target.AdditionalProperties = null;
        if (context.Type.Name.EndsWith("Request", StringComparison.Ordinal)
            || context.Type.Name.EndsWith("Input", StringComparison.Ordinal))
        {
            target.Required = RequiredOf(context.Type.Name) is { } name ? new HashSet<string> { name } : null;
            if (context.Type == typeof(EmbeddingRequest))
            {
                ((OpenApiSchema)properties["encoding_format"]).Enum = ["float", "base64"];
                foreach (var output in new[] { "output_dtype", "embedding_type", "encoding_type" })
                {
                    ((OpenApiSchema)properties[output]).Enum =
                        ["float", "int8", "uint8", "binary", "ubinary", "base64"];
                }
            }

            return;
        }

        // A reply has all its fields, even if they are null, except those that it leaves out when they are null.
        var optional = context.Type.GetProperties()
            .Where(property =>
                property.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition == JsonIgnoreCondition.WhenWritingNull)
            .Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        target.Required = properties.Keys.Except(optional).ToHashSet();
        if (context.Type == typeof(SimilarityResponse))
        {
            var matrix =
                new OpenApiSchema { Type = target.Type, Properties = target.Properties, Required = target.Required };
            (target.Type, target.Properties, target.Required) = (null, null, null);
            target.OneOf = [
                context.SchemaRepository.AddDefinition("SimilarityMatrix", matrix),
                WireTypes.ListOf(new OpenApiSchema { Type = JsonSchemaType.Number, Format = "float" }),
            ];
        }
    }

    private static string? RequiredOf(string type) => type switch
    {
        nameof(EmbeddingRequest) => "input",
        nameof(Collections.UpsertRequest) => "documents",
        _ => null,
    };
}
