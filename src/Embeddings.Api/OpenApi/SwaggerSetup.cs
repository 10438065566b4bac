using System.Text.RegularExpressions;
using System.Xml.Linq;
using System.Xml.XPath;
using Microsoft.OpenApi;

namespace Embeddings.Api.OpenApi;

/// <summary>The OpenAPI document, made of the XML comments, and the page that tries it out.</summary>
internal static partial class SwaggerSetup
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
                Description =
                    "Text in, vectors out, with OpenAI's API: point any OpenAI client's base URL at /v1. The server also " +
                    "compares texts, keeps documents in collections on disk, and searches these exactly.",
            });
            options.IncludeXmlComments(Comments);
            options.SupportNonNullableReferenceTypes();
            options.MapWireTypes();
            options.CustomSchemaIds(SchemaDetails.NameOf);
            options.CustomOperationIds(Operation);
            options.OrderActionsBy(api => $"{RequestExamples.PositionOf(Operation(api)):000} {api.RelativePath}");
            options.SchemaFilter<SchemaDetails>();
            options.OperationFilter<OperationDetails>();
            options.OperationFilter<RequestExamples>();
            options.AddSecurityDefinition("key", new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "Needed only if the server has keys (Auth:ApiKeys).",
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

    // The line breaks of comments belong to the source. In the document they would be breaks and indents inside sentences.
    private static XPathDocument Comments()
    {
        var name = typeof(SwaggerSetup).Assembly.GetName().Name;
        var comments = XDocument.Load(Path.Combine(AppContext.BaseDirectory, $"{name}.xml"), LoadOptions.PreserveWhitespace);
        foreach (var text in comments.DescendantNodes().OfType<XText>().ToList())
        {
            text.Value = LineBreak().Replace(text.Value, " ");
        }

        using var reader = comments.CreateReader();
        return new XPathDocument(reader);
    }

    [GeneratedRegex(@"\s*\n\s*")]
    private static partial Regex LineBreak();

    // The handler's name, as JSON writes names.
    private static string Operation(Microsoft.AspNetCore.Mvc.ApiExplorer.ApiDescription api)
    {
        var method = api.ActionDescriptor.EndpointMetadata.OfType<System.Reflection.MethodInfo>().Single().Name;
        return char.ToLowerInvariant(method[0]) + method[1..];
    }
}
