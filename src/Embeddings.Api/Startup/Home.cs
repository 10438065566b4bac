using Embeddings.Api.Access;
using Embeddings.Api.Embedding;

namespace Embeddings.Api.Startup;

/// <summary>The page at <c>/</c>: what this server is, which model it serves, where to read on.</summary>
internal static class Home
{
    public static void MapHome(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/", Page).ExcludeFromDescription().WithMetadata(new AllowWithoutKeyAttribute());

    internal static IResult Page(ModelRegistry registry, HttpRequest request)
    {
        var model = registry.Default.Manifest;
        var root = request.PathBase.Value;
        var url = $"{request.Scheme}://{request.Host}{root}";
        return Results.Text($$"""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Embeddings</title>
            <style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem } pre { white-space: pre-wrap; background: #eee; padding: 1rem }</style>
            <h1>Embeddings</h1>
            <p>Text in, vectors out, in OpenAI's shape. The default model is <b>{{Html(model.Id)}}</b>, {{model.Dimensions}} dimensions.</p>
            <p><a href="{{root}}/swagger">Explore the API in Swagger</a> · <a href="{{root}}/v1/models">models</a> · <a href="{{root}}/health">health</a></p>
            <pre>curl {{Html(url)}}/v1/embeddings \
              -H 'Content-Type: application/json' \
              -d '{"input": "The cat sits outside", "model": "text-embedding-3-small"}'</pre>
            </html>
            """, "text/html; charset=utf-8");
    }

    private static string Html(string text) => System.Net.WebUtility.HtmlEncode(text);
}
