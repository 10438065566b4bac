using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Embeddings.Inference.Models;

namespace Embeddings.Inference.Hub;

/// <summary>
/// Asks a hub which files a repository has at a revision, and which commit that is. It uses the hub's API; for a mirror
/// without one, the headers of the files that a model may have.
/// </summary>
internal sealed class HubLister(HttpClient http, HubOptions options, TimeProvider time)
{
    private const string Commit = "X-Repo-Commit";
    private const int MostRedirects = 5;

    /// <summary>Lists a repository.</summary>
    /// <param name="repository"><c>owner/name</c>.</param>
    /// <param name="revision">A branch, a tag or a commit.</param>
    /// <param name="candidates">What a hub without an API is asked for.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <exception cref="ModelException">The hub cannot be reached, or has no such repository or revision; the message
    /// says which.</exception>
    public async Task<HubListing> ListAsync(
        string repository, string revision, IEnumerable<string> candidates, CancellationToken cancellationToken)
    {
        if (options.Offline)
        {
            throw new ModelException(
                $"HF_HUB_OFFLINE is set, so {repository} is not looked up on the hub. Unset it for 'models add " +
                $"{repository}', or copy the model's folder with its model.json from elsewhere.");
        }

        var address = new Uri(options.Endpoint, $"api/models/{repository}/revision/{Uri.EscapeDataString(revision)}?blobs=true");
        using var response = await AskAsync(HttpMethod.Get, address, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented)
        {
            return await ProbeAsync(repository, revision, candidates, cancellationToken).ConfigureAwait(false);
        }

        Check(repository, revision, response);
        try
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return Parse(repository, JsonNode.Parse(body));
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or FormatException or NullReferenceException)
        {
            throw new ModelException(
                $"{address} did not answer as the hub's API does ({exception.Message.TrimEnd('.')}). Check " +
                "HF_ENDPOINT, or a proxy on the way.", exception);
        }
    }

    private HubListing Parse(string repository, JsonNode? body)
    {
        var files = new Dictionary<string, HubFile>(StringComparer.Ordinal);
        foreach (var sibling in body!["siblings"]!.AsArray())
        {
            var path = sibling!["rfilename"]!.GetValue<string>();
            if (!ModelFile.IsInside(path))
            {
                throw new FormatException($"it lists the file '{path}', which would lie outside the model's folder");
            }

            var size = sibling["lfs"]?["size"] ?? sibling["size"];
            files[path] = new HubFile(size?.GetValue<long>() ?? 0, sibling["lfs"]?["sha256"]?.GetValue<string>());
        }

        var license = (body["tags"] as JsonArray ?? []).Select(tag => tag!.GetValue<string>())
            .FirstOrDefault(tag => tag.StartsWith("license:", StringComparison.Ordinal));
        return new HubListing(repository, Checked(body["sha"]!.GetValue<string>()), license?["license:".Length..], files);
    }

    private async Task<HubListing> ProbeAsync(
        string repository, string revision, IEnumerable<string> candidates, CancellationToken cancellationToken)
    {
        string? commit = null;
        var files = new Dictionary<string, HubFile>(StringComparer.Ordinal);
        foreach (var path in candidates)
        {
            // Later files are asked for by commit, once it is known, since the branch may move meanwhile.
            var address = new Uri(options.Endpoint, $"{repository}/resolve/{Uri.EscapeDataString(commit ?? revision)}/{path}");
            using var response = await AskAsync(HttpMethod.Head, address, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                continue;
            }

            Check(repository, revision, response);
            commit ??= Header(response, Commit) is { } sha ? Checked(sha) : throw new ModelException(
                $"The hub {options.Endpoint} does not tell which commit {repository} is at (no API, no header " +
                $"{Commit}), so nothing can be pinned. " +
                "Set HF_ENDPOINT to a hub that tells it.");
            var size = long.TryParse(Header(response, "X-Linked-Size"), out var linked)
                ? linked
                : response.Content.Headers.ContentLength ?? 0;
            var tag = Header(response, "X-Linked-ETag")?.Trim('"');
            files[path] = new HubFile(size, tag is { Length: 64 } ? tag : null);
        }

        return commit is null ? throw Missing(repository, revision) : new HubListing(repository, commit, null, files);
    }

    // Redirects are followed here, because the headers that describe a file are on the hub's answer and not on that of
    // the storage it redirects to.
    private async Task<HttpResponseMessage> AskAsync(
        HttpMethod method, Uri address, CancellationToken cancellationToken)
    {
        for (var (failures, redirects) = (0, 0); ;)
        {
            var response = await SendAsync(method, address, cancellationToken).ConfigureAwait(false);
            if ((int)response.StatusCode is >= 300 and < 400 && Header(response, Commit) is null
                && response.Headers.Location is { } location && redirects++ < MostRedirects)
            {
                address = new Uri(address, location);
            }
            else if (response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError && ++failures < options.Attempts)
            {
                await Task.Delay(options.RetryDelay * Math.Pow(2, failures - 1), time, cancellationToken)
                    .ConfigureAwait(false);
            }
            else
            {
                return response;
            }

            response.Dispose();
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, Uri address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address);
        if (options.Token is { } token && address.Host == options.Endpoint.Host)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.StallTimeout);
        try
        {
            return await http.SendAsync(request, patience.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            var reason = exception is OperationCanceledException
                ? "it does not answer"
                : exception.Message.TrimEnd('.');
            throw new ModelException(
                $"The hub {options.Endpoint} cannot be reached ({reason}). Check the network or set HF_ENDPOINT to " +
                "a mirror; " +
                "without a network, copy the model's folder with its model.json from a machine that has added " +
                "it.", exception);
        }
    }

    private void Check(string repository, string revision, HttpResponseMessage response)
    {
        if ((int)response.StatusCode is >= 200 and < 400)
        {
            return;
        }

        throw response.StatusCode switch
        {
            HttpStatusCode.NotFound => Missing(repository, revision),
            // The hub gives this answer for repositories that do not exist, too, so that nobody learns which do.
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new ModelException(
                $"The hub {options.Endpoint} does not give {repository} to this caller " +
                $"({(int)response.StatusCode}): it does not exist, is private, or wants its terms accepted. " +
                (options.Token is null
                    ? "Check the name, or set HF_TOKEN to a token that may read it."
                    : "Check the name; the token in HF_TOKEN may not read it."))
            { IsUnknown = true },
            _ =>
                new ModelException(
                    $"The hub {options.Endpoint} answered {(int)response.StatusCode} for {repository}. Try again " +
                    "later, or check HF_ENDPOINT."),
        };
    }

    private ModelException Missing(string repository, string revision) => new(
        $"The hub {options.Endpoint} has no repository {repository} at revision {revision}. Check the name, or " +
        "HF_ENDPOINT.")
    { IsUnknown = true };

    private string Checked(string commit) => commit.Length == 40 && commit.All(char.IsAsciiHexDigitLower)
        ? commit
        : throw new ModelException(
            $"The hub {options.Endpoint} says that its commit is '{commit}', which is not 40 hexadecimal digits. " +
            "Check HF_ENDPOINT.");

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
