using Embeddings.Api.Errors;
using Embeddings.Api.Wire;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Embeddings.Api.Collections;

/// <summary>All collections as one file, which <c>restore</c> takes.</summary>
internal static class BackupEndpoints
{
    public const string MediaType = "application/octet-stream";

    public static void MapBackup(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/backup", Backup).WithTags("Collections").RefusesUnknownParameters()
        .WithMetadata(new DisableRequestTimeoutAttribute())
        .Produces<byte[]>(StatusCodes.Status200OK, MediaType)
        .ProducesErrors(
            StatusCodes.Status401Unauthorized, StatusCodes.Status409Conflict, StatusCodes.Status500InternalServerError,
            StatusCodes.Status503ServiceUnavailable,
            StatusCodes.Status507InsufficientStorage);

    /// <summary>Back up all collections</summary>
    /// <remarks>
    /// A copy of the collections' file at one moment, whatever is written meanwhile. The copy needs as much disk space
    /// again until it has been sent. So a client that takes longer than ten minutes plus one second for each megabyte
    /// is cut off in the middle. To restore the copy, stop the server and run <c>restore &lt;file&gt;</c>.
    /// </remarks>
    /// <param name="backups">Make it.</param>
    /// <param name="context">The reply.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">The file.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="409">A backup is being made already.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this collection, cannot be used now; the message says why.</response>
    /// <response code="507">The disk has no room for the copy.</response>
    internal static Task Backup(Backups backups, HttpContext context, CancellationToken cancellationToken) =>
        backups.SendAsync(context, cancellationToken);
}
