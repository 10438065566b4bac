using Microsoft.Extensions.Logging;

namespace Embeddings.Inference.Models;

/// <summary>
/// Fetches a model's files from the hub. A file appears under its name only when it is whole and its SHA-256 is right;
/// until then it is <c>&lt;name&gt;.part</c>, which the next attempt resumes. Two downloads of one file at once, even
/// from two processes, are safe: the second waits.
/// </summary>
/// <param name="http">From <see cref="CreateHttpClient"/>.</param>
/// <param name="options">The hub.</param>
/// <param name="time">For the pauses between retries.</param>
/// <param name="logger">Told of retries and of waiting.</param>
public sealed partial class ModelDownloader(
    HttpClient http, HubOptions options, TimeProvider time, ILogger<ModelDownloader> logger)
{
    private static readonly TimeSpan LockPollInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>A client that gives up on a silent address in time.</summary>
    /// <param name="options">The hub.</param>
    /// <param name="followsRedirects">Whether it follows redirects, without the token.</param>
    public static HttpClient CreateHttpClient(HubOptions options, bool followsRedirects = true)
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = options.ConnectTimeout, AllowAutoRedirect = followsRedirects };
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd($"embeddings/{typeof(ModelDownloader).Assembly.GetName().Version!.ToString(3)}");
        return client;
    }

    /// <summary>
    /// Fetches every file that is not in <paramref name="directory"/> already, as the manifest says it must be.
    /// </summary>
    /// <exception cref="ModelException">It cannot be had; the message says why and what to do. What has arrived is kept
    /// for the next try.</exception>
    public Task DownloadAsync(
        ModelManifest manifest,
        string directory,
        IProgress<DownloadProgress>? progress,
        CancellationToken cancellationToken) =>
        DownloadAsync(new HubContact(http, options, time, manifest, directory, isListed: false), manifest, directory, progress, cancellationToken);

    /// <summary>
    /// Fetches files that no model.json describes yet. They must be as the hub lists them; the hub may not list their
    /// SHA-256.
    /// </summary>
    internal Task FetchListedAsync(
        ModelManifest listed,
        string directory,
        IProgress<DownloadProgress>? progress,
        CancellationToken cancellationToken) =>
        DownloadAsync(new HubContact(http, options, time, listed, directory, isListed: true), listed, directory, progress, cancellationToken);

    private async Task DownloadAsync(
        HubContact contact,
        ModelManifest manifest,
        string directory,
        IProgress<DownloadProgress>? progress,
        CancellationToken cancellationToken)
    {
        var total = manifest.Files.Sum(file => file.Size);
        var done = 0L;
        foreach (var file in manifest.Files)
        {
            var before = done;
            void Report(long bytes) =>
                progress?.Report(new DownloadProgress(file.Path, before + bytes, total, file.Sha256));
            if (ModelFiles.Problem(file, directory) is not null)
            {
                CheckMayFetch(manifest, directory);
                await FetchAsync(contact, file, directory, Report, cancellationToken).ConfigureAwait(false);
            }

            done += file.Size;
            Report(file.Size);
        }
    }

    private void CheckMayFetch(ModelManifest manifest, string directory)
    {
        if (manifest.WhyNotFetched is { } reason)
        {
            throw new ModelException(
                $"'{manifest.Id}' cannot be fetched. {reason} Or copy its files into {directory}.");
        }

        if (options.Offline)
        {
            throw new ModelException(
                $"HF_HUB_OFFLINE is set, so '{manifest.Id}' is not fetched. Unset it, or copy the model's files " +
                $"into {directory}.");
        }
    }

    private async Task FetchAsync(
        HubContact contact, ModelFile file, string directory, Action<long> report, CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory, file.Path);
        try
        {
            await FetchAsync(contact, file, directory, path, report, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Errors of the network are HubInterruptedException. Every other I/O error comes from the disk.
            throw DiskErrors.Sentence(path, file.Size, exception);
        }
    }

    private async Task FetchAsync(
        HubContact contact,
        ModelFile file,
        string directory,
        string path,
        Action<long> report,
        CancellationToken cancellationToken)
    {
        await using var part = await OpenPartAsync(path + ".part", cancellationToken).ConfigureAwait(false);
        if (ModelFiles.Problem(file, directory) is null)
        {
            // Another process has fetched the file meanwhile.
            File.Delete(part.Name);
            return;
        }

        await FillAsync(contact, file, part, report, cancellationToken).ConfigureAwait(false);
        part.Flush(flushToDisk: true);
        part.Position = 0;
        var hash = await ModelFiles.HashAsync(part, cancellationToken).ConfigureAwait(false);
        if (file.Sha256.Length > 0 && hash != file.Sha256)
        {
            File.Delete(part.Name);
            throw new ModelException(
                $"{contact.Address(file)} gave a file with the SHA-256 {hash}, but {contact.Authority} says " +
                $"{file.Sha256}. It was thrown away. " +
                "Try again; if it happens again, the hub's address (HF_ENDPOINT) or a proxy on the way gives " +
                "something else.");
        }

        File.Move(part.Name, path, overwrite: true);
    }

    // Tries again as long as each try brings new bytes.
    private async Task FillAsync(
        HubContact contact, ModelFile file, FileStream part, Action<long> report, CancellationToken cancellationToken)
    {
        // Only bytes beyond the most ever received count as new. Otherwise a file that is too short would be fetched
        // again for ever.
        var (failures, most) = (0, part.Length);
        while (true)
        {
            try
            {
                await contact.ContinueAsync(file, part, report, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (HubInterruptedException exception)
            {
                (failures, most) = part.Length > most ? (1, part.Length) : (failures + 1, most);
                if (failures >= options.Attempts)
                {
                    throw new ModelException(
                        $"{contact.Address(file)} could not be fetched: {exception.Message} {part.Length} of " +
                        $"{file.Size} bytes are here and are kept; try again later.",
                        exception);
                }

                var delay = exception.RetryAfter ?? options.RetryDelay * Math.Pow(2, failures - 1);
                LogRetry(file.Path, exception.Message, delay.TotalSeconds);
                await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // The open file is the lock. The operating system frees it even if the process is killed.
    private async Task<FileStream> OpenPartAsync(string path, CancellationToken cancellationToken)
    {
        for (var waited = false; ; waited = true)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                // No buffer: on a full disk, closing would flush it again, and that error would hide the first.
                var part = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
                if (File.Exists(path))
                {
                    return part;
                }

                // The last holder renamed the file after it was opened here and before it was locked, so it is the
                // whole file and not the part.
                await part.DisposeAsync().ConfigureAwait(false);
            }
            catch (IOException exception) when (DiskErrors.IsLocked(exception))
            {
                if (!waited)
                {
                    LogWaiting(path);
                }

                await Task.Delay(LockPollInterval, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "{File}: {Problem} Trying again in {Seconds:0.0} s")]
    private partial void LogRetry(string file, string problem, double seconds);

    [LoggerMessage(LogLevel.Information, "{Path} is being fetched by another process; waiting for it")]
    private partial void LogWaiting(string path);
}
