using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Routing.Template;

namespace Embeddings.Api.Errors;

/// <summary>Which dialect a request speaks.</summary>
internal static class ErrorDialects
{
    /// <summary>Says which dialect a request turned out to speak, by its body.</summary>
    public static void Use(this HttpContext http, IErrorDialect dialect) => http.Features.Set(dialect);

    /// <summary>
    /// That of the request, else of its endpoint, else of another method's endpoint at the same path, else OpenAI's.
    /// </summary>
    public static IErrorDialect Of(HttpContext http)
    {
        // The exception handler takes the endpoint off the request and keeps it in its feature.
        var endpoint = http.GetEndpoint() ?? http.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        return http.Features.Get<IErrorDialect>()
            ?? endpoint?.Metadata.GetMetadata<IErrorDialect>()
            ?? (endpoint is RouteEndpoint ? null : AtSamePath(http))
            ?? OpenAiDialect.Instance;
    }

    // Routing answers a wrong method or content type by an endpoint of its own, which has no metadata.
    private static IErrorDialect? AtSamePath(HttpContext http) =>
        http.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<IErrorDialect>() is not null
                && new TemplateMatcher(new RouteTemplate(route.RoutePattern), new RouteValueDictionary(route.RoutePattern.Defaults))
                    .TryMatch(http.Request.Path, []))
            .Select(route => route.Metadata.GetMetadata<IErrorDialect>())
            .FirstOrDefault();
}
