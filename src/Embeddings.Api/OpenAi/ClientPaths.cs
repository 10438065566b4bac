namespace Embeddings.Api.OpenAi;

/// <summary>
/// Leads every path that OpenAI and Azure clients make of a base URL to the one route that serves it: without <c>/v1</c>, with it twice,
/// with slashes doubled or at the end, under a legacy engine or under an Azure deployment, whose name may hold slashes, raw or encoded.
/// </summary>
internal sealed class ClientPaths(RequestDelegate next)
{
    private const string Embeddings = "/embeddings";
    private static readonly string[] Deployments = ["/openai/deployments/", "/v1/engines/", "/engines/"];

    public Task InvokeAsync(HttpContext context)
    {
        // Load balancers ask with HEAD: GET whose body the server leaves out.
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Request.Method = HttpMethods.Get;
        }

        var path = Clean(context.Request.Path.Value ?? "/");
        foreach (var prefix in Deployments)
        {
            if (path.Length > prefix.Length + Embeddings.Length
                && path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && path.EndsWith(Embeddings, StringComparison.OrdinalIgnoreCase))
            {
                context.Features.Set(new Deployment(Uri.UnescapeDataString(path[prefix.Length..^Embeddings.Length])));
                path = "/v1" + Embeddings;
            }
        }

        if (path.StartsWith("/openai/", StringComparison.OrdinalIgnoreCase))
        {
            path = Clean(path["/openai".Length..]);
        }

        if (path.Equals(Embeddings, StringComparison.OrdinalIgnoreCase) || path.Equals("/models", StringComparison.OrdinalIgnoreCase)
            || path.StartsWith("/models/", StringComparison.OrdinalIgnoreCase))
        {
            path = "/v1" + path;
        }

        context.Request.Path = path;
        return next(context);
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

        // Swagger UI's links count on the slash at the end.
        return path.Length > 1 && !path.StartsWith("/swagger", StringComparison.OrdinalIgnoreCase) ? path.TrimEnd('/') : path;
    }
}

/// <summary>The model that a path names: a legacy engine, or an Azure deployment.</summary>
/// <param name="Model">Its name, decoded.</param>
internal sealed record Deployment(string Model);
