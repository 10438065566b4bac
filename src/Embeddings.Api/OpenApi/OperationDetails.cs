using System.Globalization;
using System.Text.Json;
using Embeddings.Api.Access;
using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Embeddings.Api.Retrieval;
using Embeddings.Api.Wire;
using Embeddings.Storage;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Embeddings.Api.OpenApi;

/// <summary>
/// Adds to an operation what its handler does not say: whether it needs a key, the failures that any request may have,
/// and the headers that every reply has.
/// </summary>
internal sealed class OperationDetails : IOperationFilter
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (!context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<AllowWithoutKeyAttribute>().Any())
        {
            operation.Security =
                [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", context.Document)] = [] }];
        }

        AddErrors(operation, context);
        // The server takes any type, since curl sends its own; the document shows one.
        operation.RequestBody?.Content?.Remove("*/*");
        ShowErrors(operation, context);
        operation.Responses = InOrder(operation.Responses ?? []);
        foreach (var (status, response) in operation.Responses ?? [])
        {
            if (response is OpenApiResponse target)
            {
                if (target.Content?.TryGetValue(WireTypes.Binary, out var binary) is true)
                {
                    binary.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
                }

                target.Headers ??= new Dictionary<string, IOpenApiHeader>();
                Add(
                    target,
                    ReplyHeaderNames.RequestId,
                    "Finds the request in the server's log.",
                    JsonSchemaType.String);
                if (status == "429")
                {
                    Add(target, "retry-after", "Seconds to wait before the next try.", JsonSchemaType.Integer);
                }
                else if (status == "200" && operation.OperationId is "createEmbeddings" or "compare" or "search" or "upsertDocuments" or "classify"
                    or "classifyAsVendors" or "createClassifier" or "addExamples" or "train" or "rerank" or "predict")
                {
                    Add(
                        target,
                        ReplyHeaderNames.TruncatedInputs,
                        "How many texts were longer than the model reads; absent when none was.",
                        JsonSchemaType.Integer);
                }
            }
        }
    }

    // Failures of any request that takes long or has a body.
    private static void AddErrors(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<AllowWithoutKeyAttribute>().Any())
        {
            return;
        }

        if (!HttpMethods.IsGet(context.ApiDescription.HttpMethod!))
        {
            Add(
                "403",
                "The server has no keys, and a web page that it does not know sent the request (Cors:Origins, " +
                "Cors:Hosts).");
        }

        if (!metadata.OfType<DisableRequestTimeoutAttribute>().Any())
        {
            Add("504", "The request took longer than this server lets one take (Limits:MaxSeconds).");
        }

        if (operation.RequestBody is not null)
        {
            Add("503", "The server has no memory left for this request.");
        }

        if (operation.RequestBody?.Content?.ContainsKey("application/json") is true)
        {
            Add("400", "The request is wrong; the message says what and where.");
            Add("408", "The body did not arrive in time (Limits:MaxBodySeconds).");
            Add("413", "The body is too large.");
            Add("415", "The body is not JSON in UTF-8.");
            Add("429", "Too many requests are waiting; Retry-After tells when to come again.");
        }

        void Add(string status, string description) => operation.Responses!.TryAdd(status, new OpenApiResponse
        {
            Description = description,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] =
                    new OpenApiMediaType { Schema = context.SchemaGenerator.GenerateSchema(typeof(ErrorEnvelope), context.SchemaRepository) },
            },
        });
    }

    // Shows the real reply of a failure where it is the same for every request.
    private static void ShowErrors(OpenApiOperation operation, OperationFilterContext context)
    {
        var isStored = context.ApiDescription.RelativePath!.StartsWith("collections", StringComparison.Ordinal)
            || context.ApiDescription.RelativePath == "backup";
        foreach (var (status, response) in operation.Responses ?? [])
        {
            Failure? failure = status switch
            {
                "400" when operation.RequestBody is not null => ErrorTable.Of(new JsonException(null, "$", 2, 16)),
                "401" => ErrorTable.Of(new MissingApiKeyException("Incorrect API key provided.")),
                "403" => ErrorTable.Of(ForeignPages.Foreign("A web page of 'https://stranger.example'")),
                "404" =>
                    ErrorTable.Of(
                        isStored && operation.RequestBody is null
                            ? new CollectionNotFoundException("default")
                            : new UnknownModelException("gpt-4")),
                "408" => ErrorTable.Of(new SlowBodyException("The body", new LimitsOptions().MaxBodySeconds)),
                "413" or "415" or "429" or "504" => ErrorTable.Of(int.Parse(status, CultureInfo.InvariantCulture), ""),
                "500" => ErrorTable.Of(new InvalidOperationException()),
                "503" when isStored => ErrorTable.Of(new NoStoreException()),
                "503" =>
                    ErrorTable.Of(
                        operation.RequestBody is null ? new NotReadyException() : new InsufficientMemoryException()),
                "507" => ErrorTable.Of(new StoreFullException("")),
                _ => null,
            };
            if (failure is not null && response.Content?.TryGetValue("application/json", out var content) is true)
            {
                content.Example = JsonSerializer.SerializeToNode(OpenAiDialect.Envelope(failure), Json);
            }
        }
    }

    private static OpenApiResponses InOrder(OpenApiResponses responses)
    {
        var ordered = new OpenApiResponses();
        foreach (var (status, response) in responses.OrderBy(response => response.Key, StringComparer.Ordinal))
        {
            ordered[status] = response;
        }

        return ordered;
    }

    private static void Add(OpenApiResponse response, string name, string description, JsonSchemaType type) =>
        response.Headers![name] =
            new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = type } };
}
