using Microsoft.OpenApi;

namespace Embeddings.Api.Swagger;

/// <summary>The OpenAPI document, made of the XML comments, and the page that tries it out.</summary>
internal static class SwaggerSetup
{
    // In the order in which one would try them.
    private static readonly string[] Order = ["v1/embeddings", "v1/models", "similarity", "search", "collections", "health"];

    public static void AddSwagger(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new OpenApiInfo
            {
                Title = "Embeddings",
                Version = "v1",
                Description = "Text in, vectors out, in OpenAI's shape: point any OpenAI client's base URL at /v1. Beside it similarity, and exact search in collections that are kept on disk.",
            });
            options.IncludeXmlComments(typeof(SwaggerSetup).Assembly);
            options.SupportNonNullableReferenceTypes();
            options.MapWireTypes();
            options.CustomOperationIds(api => char.ToLowerInvariant(Method(api)[0]) + Method(api)[1..]);
            options.OrderActionsBy(api => $"{Array.FindIndex(Order, start => api.RelativePath!.StartsWith(start, StringComparison.Ordinal))} {api.RelativePath}");
            options.SchemaFilter<SchemaDetails>();
            options.OperationFilter<OperationDetails>();
            options.OperationFilter<RequestExamples>();
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
}
