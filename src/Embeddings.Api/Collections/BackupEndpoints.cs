using System.Globalization;
using Embeddings.Api.Errors;
using Embeddings.Api.Json;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Embeddings.Api.Collections;

/// <summary>A backup is being made already.</summary>
internal sealed class BackupConflictException() : Exception("A backup is being made already. Send the request again when that one has ended.");

/// <summary>All collections as one file, which <c>restore</c> takes.</summary>
internal static class BackupEndpoints
{
    public const string MediaType = "application/octet-stream";

    public static void MapBackup(this IEndpointRouteBuilder routes) => routes.MapPost("/backup", Backup).WithTags("Collections").RefusesUnknownParameters()
        .WithMetadata(new DisableRequestTimeoutAttribute())
        .Produces<byte[]>(StatusCodes.Status200OK, MediaType)
        .ProducesErrors(
            StatusCodes.Status401Unauthorized, StatusCodes.Status409Conflict, StatusCodes.Status500InternalServerError, StatusCodes.Status503ServiceUnavailable,
            StatusCodes.Status507InsufficientStorage);

    /// <summary>Back up all collections</summary>
    /// <remarks>
    /// The file of the collections as it is at one moment, whatever is written meanwhile. It needs as much room again on the disk while it is made and sent, so one that
    /// is taken slowly, for more than ten minutes and a second for each megabyte, is cut off in the middle. To go back to it, stop the server and run <c>restore &lt;file&gt;</c>.
    /// </remarks>
    /// <param name="backups">Make it.</param>
    /// <param name="context">The reply.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">The file.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    /// <response code="409">A backup is being made already.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this one, cannot be used now; the message says why.</response>
    /// <response code="507">The disk has no room for the copy.</response>
    internal static Task Backup(Backups backups, HttpContext context, CancellationToken cancellationToken) => backups.SendAsync(context, cancellationToken);
}

/// <summary>Makes backups, one at a time: each takes as much of the disk as the collections do, until it is sent.</summary>
internal sealed partial class Backups(StoreStartup startup, TimeProvider time, ILogger<Backups> logger)
{
    // What a slow client gets in any case, and the rate that it has to keep up with beyond.
    private static readonly TimeSpan LeastTime = TimeSpan.FromMinutes(10);
    private const double LeastBytesPerSecond = 1 << 20;

    private int _running;

    /// <summary>Sends a backup as the body of a reply. One that is taken too slowly is cut off in the middle, which every client sees.</summary>
    public async Task SendAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var store = startup.Store;
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

    [LoggerMessage(LogLevel.Warning, "A backup of {Megabytes} MB was ended after {Seconds:0} s: whoever takes it is too slow, and its copy keeps room on the disk. What it has sent is incomplete")]
    private partial void LogEnded(double seconds, long megabytes);
}
