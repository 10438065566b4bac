using Embeddings.Api.Hosting;
using Embeddings.Api.OpenAi;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Embeddings.Api.Swagger;

/// <summary>Keys only where they are asked for, and the headers that every reply has.</summary>
internal sealed class OperationDetails : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<RequireApiKeyAttribute>().Any())
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", context.Document)] = [] }];
        }

        foreach (var (status, response) in operation.Responses ?? [])
        {
            if (response is OpenApiResponse target)
            {
                target.Headers ??= new Dictionary<string, IOpenApiHeader>();
                Add(target, ReplyHeaders.RequestId, "Finds the request in the server's log.", JsonSchemaType.String);
                if (status == "429")
                {
                    Add(target, "retry-after", "Seconds to wait before the next try.", JsonSchemaType.Integer);
                }
                else if (status == "200" && operation.OperationId is "createEmbeddings" or "compare" or "search" or "upsertDocuments")
                {
                    Add(target, ReplyHeaders.TruncatedInputs, "How many texts were longer than the model reads; absent when none was.", JsonSchemaType.Integer);
                }
            }
        }
    }

    private static void Add(OpenApiResponse response, string name, string description, JsonSchemaType type) =>
        response.Headers![name] = new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = type } };
}
