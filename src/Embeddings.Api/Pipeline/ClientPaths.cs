using System.Text.RegularExpressions;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Pipeline;

/// <summary>
/// Rewrites every path that OpenAI and Azure clients make of a base URL to the path of its route: without <c>/v1</c>,
/// with it twice, with slashes doubled or at the end, under a legacy engine, under an Azure deployment, whose name may
/// hold slashes, raw or encoded, and below the prefix of a gateway. Gemini's routes below <c>/v1</c> are those below
/// <c>/v1beta</c>.
/// </summary>
internal sealed partial class ClientPaths(RequestDelegate next, IOptions<HttpOptions> options)
{
    private const string Azure = "/openai/";
    private const string Embeddings = "/embeddings";
    private static readonly string[] Deployments = ["/openai/deployments/", "/v1/engines/", "/engines/"];

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        // Load balancers send HEAD. It is served as GET, and the server leaves out the body.
        if (HttpMethods.IsHead(request.Method))
        {
            request.Method = HttpMethods.Get;
        }

        var sent = PathPrefix.Without(options.Value.PathPrefix, SentPath.Of(context));
        // Nobody posts to OpenAI's models; Hugging Face's clients post to a model's path.
        var isPost = HttpMethods.IsPost(request.Method);
        var path = Served(sent, isPost, out var deployment);
        if (HttpMethods.IsDelete(request.Method) && sent.EndsWith('/') && Collection().IsMatch(path))
        {
            throw new InvalidRequestException(
                $"'{sent}' is what clients make of the path of a document whose id is '..'. To delete the whole " +
                "collection, leave out the slash at the end.");
        }

        if (deployment is not null)
        {
            context.Features.Set(new Deployment(Uri.UnescapeDataString(deployment)));
        }

        context.Features.Set(new SentPath(sent, path));
        request.PathBase = PathPrefix.OfLinks(request, options.Value.PathPrefix);
        request.Path = PathString.FromUriComponent(path);
        return next(context);
    }

    private static string Served(string sent, bool isPost, out string? deployment)
    {
        var path = Clean(sent);
        deployment = null;
        foreach (var prefix in Deployments)
        {
            if (path.Length > prefix.Length + Embeddings.Length
                && path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
                    && path.EndsWith(Embeddings, StringComparison.OrdinalIgnoreCase))
            {
                deployment = path[prefix.Length..^Embeddings.Length];
                return "/v1" + Embeddings;
            }
        }

        var isAzure = path.StartsWith(Azure, StringComparison.OrdinalIgnoreCase);
        var rest = isAzure ? Clean(path[(Azure.Length - 1)..]) : path;
        return OfGemini().IsMatch(path) ? "/v1beta" + path["/v1".Length..]
            : OwnOfOpenAi().IsMatch(rest) && !(isPost && !isAzure && OfModel().IsMatch(rest)) ? "/v1" + rest
            // Only OpenAI's routes: if others were served below /openai too, they would pass a gateway that denies
            // their own paths.
            : isAzure && rest.StartsWith("/v1/", StringComparison.OrdinalIgnoreCase) ? rest
            : path;
    }

    private static string Clean(string path)
    {
        while (path.Contains("//", StringComparison.Ordinal))
        {
            path = path.Replace("//", "/", StringComparison.Ordinal);
        }

        while (path.StartsWith("/v1/v1/", StringComparison.OrdinalIgnoreCase))
        {
            path = path["/v1".Length..];
        }

        // Swagger UI's links need the slash at the end.
        return path.Length > 1 && !path.StartsWith("/swagger", StringComparison.OrdinalIgnoreCase)
            ? path.TrimEnd('/')
            : path;
    }

    [GeneratedRegex("^/v1/models/.*:(embedContent|batchEmbedContents)$")]
    private static partial Regex OfGemini();

    [GeneratedRegex("^/(embeddings|models|models/.*)$", RegexOptions.IgnoreCase)]
    private static partial Regex OwnOfOpenAi();

    [GeneratedRegex("^/models/", RegexOptions.IgnoreCase)]
    private static partial Regex OfModel();

    [GeneratedRegex("^/collections/[^/]+$", RegexOptions.IgnoreCase)]
    private static partial Regex Collection();
}
