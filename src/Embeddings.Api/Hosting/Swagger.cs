using System.Text.Json.Nodes;
using Embeddings.Api.OpenAi;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Embeddings.Api.Hosting;

/// <summary>The OpenAPI document, made of the XML comments, and the page that tries it out.</summary>
internal static class Swagger
{
    public static void AddSwagger(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new OpenApiInfo
            {
                Title = "Embeddings",
                Version = "v1",
                Description = "Text in, vectors out, in OpenAI's shape. Point any OpenAI client's base URL at /v1.",
            });
            options.IncludeXmlComments(typeof(Swagger).Assembly);
            options.SupportNonNullableReferenceTypes();
            options.MapType<EmbeddingInput>(InputSchema);
            options.MapType<EmbeddingVector>(VectorSchema);
            options.CustomOperationIds(api => char.ToLowerInvariant(Method(api)[0]) + Method(api)[1..]);
            options.OrderActionsBy(api => api.RelativePath!.StartsWith("health", StringComparison.Ordinal) ? "~" : api.RelativePath);
            options.SchemaFilter<SchemaDetails>();
            options.OperationFilter<OperationDetails>();
            options.AddSecurityDefinition("key", new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "Needed only where the server has Auth:ApiKeys.",
            });
        });
    }

    public static void UseSwaggerPages(this WebApplication app)
    {
        app.UseSwagger();
        app.UseSwaggerUI(options =>
        {
            options.DocumentTitle = "Embeddings";
            options.SwaggerEndpoint("v1/swagger.json", "Embeddings");
        });
    }

    private static string Method(Microsoft.AspNetCore.Mvc.ApiExplorer.ApiDescription api) =>
        api.ActionDescriptor.EndpointMetadata.OfType<System.Reflection.MethodInfo>().Single().Name;

    private static OpenApiSchema InputSchema() => new()
    {
        OneOf =
        [
            new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1 },
            ListOf(new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1 }),
            ListOf(new OpenApiSchema { Type = JsonSchemaType.Integer }),
            ListOf(ListOf(new OpenApiSchema { Type = JsonSchemaType.Integer })),
        ],
        Example = JsonNode.Parse("""["The cat sits outside", "A dog barks loudly"]"""),
    };

    private static OpenApiSchema VectorSchema() => new()
    {
        OneOf =
        [
            ListOf(new OpenApiSchema { Type = JsonSchemaType.Number, Format = "float" }),
            new OpenApiSchema { Type = JsonSchemaType.String, Format = "byte" },
        ],
        Example = JsonNode.Parse("[0.0676569, 0.0634959, 0.0487131]"),
    };

    private static OpenApiSchema ListOf(OpenApiSchema item) => new() { Type = JsonSchemaType.Array, MinItems = 1, Items = item };

    /// <summary>What C# types do not say: which fields must or will be there, and that unknown ones are ignored.</summary>
    private sealed class SchemaDetails : ISchemaFilter
    {
        public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
        {
            if (schema is not OpenApiSchema { Properties: { Count: > 0 } properties } target)
            {
                return;
            }

            target.AdditionalPropertiesAllowed = true;
            target.AdditionalProperties = null;
            if (context.Type == typeof(EmbeddingRequest))
            {
                target.Required = new HashSet<string> { "input" };
                ((OpenApiSchema)properties["encoding_format"]).Enum = ["float", "base64"];
                return;
            }

            // A reply has all its fields, null or not.
            target.Required = properties.Keys.ToHashSet();
        }
    }

    /// <summary>Keys only where they are asked for, and the headers that every reply has.</summary>
    private sealed class OperationDetails : IOperationFilter
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
                    else if (status == "200" && operation.OperationId == "createEmbeddings")
                    {
                        Add(target, ReplyHeaders.TruncatedInputs, "How many inputs were longer than the model reads; absent when none was.", JsonSchemaType.Integer);
                    }
                }
            }
        }

        private static void Add(OpenApiResponse response, string name, string description, JsonSchemaType type) =>
            response.Headers![name] = new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = type } };
    }
}
