using System.Globalization;
using Embeddings.Api.Errors;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Embeddings.Api.Collections;

/// <summary>A backup is being made already.</summary>
internal sealed class BackupConflictException() : Exception("A backup is being made already. Send the request again when that one has ended.");

/// <summary>All collections as one file, which <c>restore</c> takes.</summary>
internal static class BackupEndpoints
{
    public const string MediaType = "application/octet-stream";

    public static void MapBackup(this IEndpointRouteBuilder routes) => routes.MapPost("/backup", Backup).WithTags("Collections")
        .WithMetadata(new DisableRequestTimeoutAttribute())
        .Produces<byte[]>(StatusCodes.Status200OK, MediaType)
        .ProducesErrors(
            StatusCodes.Status401Unauthorized, StatusCodes.Status409Conflict, StatusCodes.Status500InternalServerError, StatusCodes.Status503ServiceUnavailable,
            StatusCodes.Status507InsufficientStorage);

    /// <summary>Back up all collections</summary>
    /// <remarks>
    /// The file of the collections as it is at one moment, whatever is written meanwhile. It needs as much room again on the disk while it is made and sent. To go
    /// back to it, stop the server and run <c>restore &lt;file&gt;</c>.
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
    internal static Task Backup(Backups backups, HttpContext context, CancellationToken cancellationToken) => backups.SendAsync(context.Response, cancellationToken);
}

/// <summary>Makes backups, one at a time: each takes as much of the disk as the collections do.</summary>
internal sealed class Backups(StoreStartup startup, TimeProvider time)
{
    private int _running;

    /// <summary>Sends a backup as the body of a reply.</summary>
    public async Task SendAsync(HttpResponse response, CancellationToken cancellationToken)
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
            response.ContentType = BackupEndpoints.MediaType;
            response.ContentLength = copy.Length;
            response.Headers.ContentDisposition = $"attachment; filename=\"embeddings-{name}.db\"";
            await copy.CopyToAsync(response.Body, cancellationToken);
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }
}
