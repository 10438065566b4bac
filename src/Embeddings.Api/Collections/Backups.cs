using System.Globalization;
using Embeddings.Api.Errors;
using Embeddings.Api.Retrieval;

namespace Embeddings.Api.Collections;

/// <summary>A backup is being made already.</summary>
internal sealed class BackupConflictException() : FailureException(
    FailureKind.BackupRuns, "A backup is being made already. Send the request again when that one has ended.");

/// <summary>
/// Makes backups, one at a time: until it is sent, each takes as much disk as the collections do.
/// </summary>
internal sealed partial class Backups(CollectionStore collections, TimeProvider time, ILogger<Backups> logger)
{
    // A client has at least this long. It has longer for a large backup, at this rate.
    private static readonly TimeSpan LeastTime = TimeSpan.FromMinutes(10);
    private const double LeastBytesPerSecond = 1 << 20;

    private int _running;

    /// <summary>
    /// Sends a backup as the body of a reply. One that is taken too slowly is cut off in the middle, which every client
    /// sees.
    /// </summary>
    public async Task SendAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var store = collections.Store;
        if (Interlocked.Exchange(ref _running, 1) != 0)
        {
            throw new BackupConflictException();
        }

        try
        {
            await using var copy = await store.BackupAsync(cancellationToken);
            var name = time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
            var response = context.Response;
            response.ContentType = BackupEndpoints.MediaType;
            response.ContentLength = copy.Length;
            response.Headers.ContentDisposition = $"attachment; filename=\"embeddings-{name}.db\"";
            var longest = LeastTime + TimeSpan.FromSeconds(copy.Length / LeastBytesPerSecond);
            using var end = new CancellationTokenSource(longest, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellationToken);
            try
            {
                await copy.CopyToAsync(response.Body, either.Token);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                LogEnded(longest.TotalSeconds, copy.Length >> 20);
                context.Abort();
            }
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A backup of {Megabytes} MB was ended after {Seconds:0} s: whoever takes it is " +
        "too slow, and its copy keeps room on the disk. What it has sent is incomplete")]
    private partial void LogEnded(double seconds, long megabytes);
}
