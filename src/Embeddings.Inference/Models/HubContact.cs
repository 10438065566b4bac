using System.Net;
using System.Net.Http.Headers;

namespace Embeddings.Inference.Models;

/// <summary>A try ended before the file did; another may bring the rest.</summary>
internal sealed class HubInterruptedException(
    string message, TimeSpan? retryAfter = null, Exception? inner = null) : Exception(message, inner)
{
    public TimeSpan? RetryAfter => retryAfter;
}

/// <summary>
/// The requests for one model's files. It knows whether the hub has ever answered, and turns bad answers into
/// sentences.
/// </summary>
internal sealed class HubContact(
    HttpClient http, HubOptions options, TimeProvider time, ModelManifest manifest, string directory, bool isListed)
{
    private const int BufferLength = 1 << 17;
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(1);

    private bool _answered;

    /// <summary>Who says what a file must be.</summary>
    public string Authority => isListed ? "the hub's list" : "model.json";

    public Uri Address(ModelFile file) => new(
        options.Endpoint,
        $"{file.Repository ?? manifest.Repository}/resolve/{file.Revision ?? manifest.Revision}/{string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString))}");

    /// <summary>Appends what is missing of a file to its part; returns when it is whole.</summary>
    /// <exception cref="HubInterruptedException">The try ended early; what came is in the part.</exception>
    /// <exception cref="ModelException">Another try would not help.</exception>
    public async Task ContinueAsync(
        ModelFile file, FileStream part, Action<long> report, CancellationToken cancellationToken)
    {
        if (part.Length > file.Size)
        {
            part.SetLength(0);
        }

        if (part.Length == file.Size)
        {
            return;
        }

        using var response = await AskAsync(file, part.Length, cancellationToken).ConfigureAwait(false);
        Check(file, response);
        CheckSize(file, response);
        var resumes = response.StatusCode == HttpStatusCode.PartialContent
            && response.Content.Headers.ContentRange?.From == part.Length;
        if (!resumes)
        {
            // The server starts at the beginning again, or at another offset than was asked for.
            part.SetLength(0);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new HubInterruptedException("The hub cannot resume where the last try ended.");
            }
        }

        part.Position = part.Length;
        await CopyAsync(response, file, part, report, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> AskAsync(ModelFile file, long from, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(file));
        if (from > 0)
        {
            request.Headers.Range = new RangeHeaderValue(from, null);
        }

        if (options.Token is { } token)
        {
            // The token is set on the request and not on the client, so that the handler drops it on a redirect.
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_answered ? options.StallTimeout : options.ConnectTimeout);
        try
        {
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token)
                .ConfigureAwait(false);
            _answered = true;
            return response;
        }
        catch (Exception exception)
            when (exception is HttpRequestException or IOException || IsOver(exception, cancellationToken))
        {
            var reason = exception is OperationCanceledException
                ? "it does not answer"
                : exception.Message.TrimEnd('.');
            throw _answered
                ? new HubInterruptedException($"The hub is gone: {reason}.", inner: exception)
                : new ModelException(
                    $"The hub {options.Endpoint} cannot be reached ({reason}). Check the network or set " +
                    "HF_ENDPOINT to a mirror; " +
                    $"without a network, copy the files of '{manifest.Id}' into {directory}.", exception);
        }
    }

    private void Check(ModelFile file, HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return;
        }

        var status = (int)response.StatusCode;
        throw response.StatusCode switch
        {
            HttpStatusCode.NotFound => new ModelException(
                $"The hub {options.Endpoint} has no {file.Path} in {file.Repository ?? manifest.Repository} at " +
                $"revision {file.Revision ?? manifest.Revision}. " +
                $"{(isListed ? "It lists the file, so try again later, or check" : "Check repository and revision in model.json, or")} HF_ENDPOINT."),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new ModelException(
                $"The hub {options.Endpoint} does not give {file.Repository ?? manifest.Repository} to this caller " +
                $"({status}). " +
                (options.Token is null ? "Set HF_TOKEN to a token that may read it." : "The token in HF_TOKEN may not read it.")),
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
                new HubInterruptedException($"The hub answered {status}.", RetryAfter(response)),
            _ => new ModelException($"The hub answered {status} to {Address(file)}. Check HF_ENDPOINT."),
        };
    }

    // Compared before a byte is fetched, since another try would find the same file.
    private void CheckSize(ModelFile file, HttpResponseMessage response)
    {
        var headers = response.Content.Headers;
        var size = headers.ContentRange?.Length ?? (response.StatusCode == HttpStatusCode.OK ? headers.ContentLength : null);
        if (size is not null && size != file.Size)
        {
            throw new ModelException(
                $"{Address(file)} has {size} bytes, but {Authority} says {file.Size}. " + (isListed
                    ? "The hub's address (HF_ENDPOINT) or a proxy on the way gives something else."
                    : "Check size and revision in model.json; if they are right, the hub's address (HF_ENDPOINT) or " +
                        "a proxy on the way gives something else."));
        }
    }

    private async Task CopyAsync(
        HttpResponseMessage response,
        ModelFile file,
        FileStream part,
        Action<long> report,
        CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferLength];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        while (part.Length < file.Size)
        {
            var count = await ReadAsync(body, buffer, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                throw new HubInterruptedException("The connection ended before the file did.");
            }

            // A body longer than the file is cut. Its SHA-256 then shows whether it is the right file.
            await part.WriteAsync(buffer.AsMemory(0, (int)Math.Min(count, file.Size - part.Length)), cancellationToken)
                .ConfigureAwait(false);

            report(part.Length);
        }
    }

    private async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.StallTimeout);
        try
        {
            return await body.ReadAsync(buffer, patience.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception is IOException or HttpRequestException || IsOver(exception, cancellationToken))
        {
            throw new HubInterruptedException(
                exception is OperationCanceledException ? "Nothing came any more." : "The connection was cut.",
                inner: exception);
        }
    }

    // Whether our own timeout ended the request, and not the caller.
    private static bool IsOver(Exception exception, CancellationToken cancellationToken) =>
        exception is OperationCanceledException && !cancellationToken.IsCancellationRequested;

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var after = response.Headers.RetryAfter;
        var pause = after?.Delta ?? (after?.Date - time.GetUtcNow());
        return pause is { } asked ? TimeSpan.FromTicks(Math.Clamp(asked.Ticks, 0, LongestRetryAfter.Ticks)) : null;
    }
}
