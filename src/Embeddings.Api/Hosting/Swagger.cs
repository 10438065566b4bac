using System.Text.Json.Nodes;
using Embeddings.Api.OpenAi;
using Microsoft.OpenApi;

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
            options.AddSecurityDefinition("key", new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "Needed only where the server has Auth:ApiKeys.",
            });
            options.AddSecurityRequirement(document => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", document)] = [] });
        });
    }

    public static void UseSwaggerPages(this WebApplication app)
    {
        app.UseSwagger();
        app.UseSwaggerUI(options => options.DocumentTitle = "Embeddings");
    }

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
    };

    private static OpenApiSchema ListOf(OpenApiSchema item) => new() { Type = JsonSchemaType.Array, MinItems = 1, Items = item };
}
