using System.Net;
using System.Text;
using Embeddings.Api.Access;
using Embeddings.Api.Embedding;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embeddings.Api.Explorer;

/// <summary>
/// The page at <c>/</c> and its files. They are open when keys are set, since they hold no data: the page asks for a key
/// and sends it with each request for data.
/// </summary>
internal static class ExplorerEndpoints
{
    // No other host, no inline script and no inline style: a text of a collection can never run as a program.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public static void MapExplorer(this IEndpointRouteBuilder routes)
    {
        var files = routes.ServiceProvider.GetRequiredService<ExplorerFiles>();
        var open = routes.MapGroup("").ExcludeFromDescription().WithMetadata(new AllowWithoutKeyAttribute());
        open.MapGet("/", Page);
        foreach (var name in files.Names.Where(name => name != ExplorerFiles.Page))
        {
            var file = files[name];
            open.MapGet($"/explorer/{name}", (HttpResponse response) => Send(response, file));
        }
    }

    internal static FileContentHttpResult Page(
        ExplorerFiles files, ModelRegistry models, HttpRequest request, HttpResponse response)
    {
        // The prefix of a gateway is known only from the request, so links are written into the page here. The scripts
        // find the server by their own address.
        var root = request.PathBase.Value!;
        var page = new StringBuilder(Encoding.UTF8.GetString(files[ExplorerFiles.Page].Content))
            .Replace("{{root}}", WebUtility.HtmlEncode(root))
            .Replace("{{url}}", WebUtility.HtmlEncode($"{request.Scheme}://{request.Host}{root}"))
            .Replace("{{model}}", WebUtility.HtmlEncode(models.Default.Manifest.Id));
        var content = Encoding.UTF8.GetBytes(page.ToString());
        return Send(
            response, files[ExplorerFiles.Page] with { Content = content, Tag = ExplorerFiles.TagOf(content) });
    }

    private static FileContentHttpResult Send(HttpResponse response, ExplorerFile file)
    {
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        // A browser keeps the files, and asks each time whether they are still the same.
        response.Headers.CacheControl = "no-cache";
        return TypedResults.File(file.Content, file.MediaType, entityTag: file.Tag);
    }
}
