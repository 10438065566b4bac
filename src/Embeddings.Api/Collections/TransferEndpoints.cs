using System.Net.Mime;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Mvc;

namespace Embeddings.Api.Collections;

/// <summary>Collections in and out as streams, in the memory of a few documents.</summary>
internal static class TransferEndpoints
{
    public static void MapTransfer(this RouteGroupBuilder group)
    {
        group.MapPost("/{name}/import", ImportDocuments).WithTags("Documents")
            .WithMetadata(
                new DisableRequestSizeLimitAttribute(),
                new StreamedBodyAttribute(),
                new DisableRequestTimeoutAttribute())
            .Accepts<string>(MediaTypeNames.Text.Plain, "*/*")
            .Produces<ImportProgress>(StatusCodes.Status200OK, Import.MediaType)
            .ProducesErrors(
                StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status408RequestTimeout,
                StatusCodes.Status409Conflict, StatusCodes.Status415UnsupportedMediaType,
                StatusCodes.Status429TooManyRequests, StatusCodes.Status500InternalServerError,
                StatusCodes.Status507InsufficientStorage);
        group.MapGet("/{name}/export", ExportDocuments).WithTags("Documents")
            .WithMetadata(new DisableRequestTimeoutAttribute())
            .Produces<ExportedDocument>(StatusCodes.Status200OK, Import.MediaType, Export.FaissMediaType)
            .ProducesErrors(
                StatusCodes.Status400BadRequest,
                StatusCodes.Status404NotFound,
                StatusCodes.Status500InternalServerError);
    }

    /// <summary>Import documents</summary>
    /// <remarks>
    /// JSON Lines under any content type: one document a line, without a limit on the body. Documents are stored in
    /// batches, at most one second after they arrived. Each line of the reply says how many are stored, and the last
    /// line whether these are all. An export begins with a line <c>{"collection": …}</c> that names the model,
    /// dimensions and metric of its vectors. If the collection does not exist, it is created with these. If it has
    /// vectors of another model, the import is refused. For vectors without such a line, <c>model</c> names their
    /// model. With <c>format=faiss</c> the body is a flat FAISS index file: its ids become the ids of documents without
    /// texts. It is read once all of it has arrived. A new collection gets its dimensions, and <c>dot</c> or
    /// <c>euclidean</c> as the file compares.
    /// </remarks>
    /// <param name="name" example="default">Name of the collection; it is created if it does not exist.</param>
    /// <param name="context">The body, and the reply to it.</param>
    /// <param name="import">Reads it.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <param name="model" example="text-embedding-3-small">The model that embeds the texts, and that made the vectors
    /// in the request; it must be the collection's.</param>
    /// <param name="reembed" example="false">Whether the vectors of the lines are ignored and all texts embedded; then
    /// every line needs a text. A new collection gets <c>model</c>, or the default model.</param>
    /// <param name="onError" example="stop"><c>stop</c> (default): the first line that is wrong ends the import.
    /// <c>skip</c>: the import goes on, and the last line of the reply counts the wrong lines (<c>skipped</c>) and
    /// names the first 100 (<c>skipped_lines</c>).</param>
    /// <param name="format" example="jsonl"><c>jsonl</c> (default) or <c>faiss</c>: a flat index (IxFI, IxF2), alone or
    /// in an id map (IxMp, IxM2).</param>
    /// <response code="200">Progress, a line now and then; the last has <c>done</c> or an <c>error</c>.</response>
    /// <response code="400">The first batch is wrong; the message says which line and what. Nothing was
    /// stored.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">The model is unknown, or its files are not on this server.</response>
    /// <response code="408">The end of a line did not arrive in time. The time between two lines is not
    /// limited.</response>
    /// <response code="409">Meanwhile the collection was created with other settings.</response>
    /// <response code="415">The body is not UTF-8, or has an unsupported compression.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this collection, cannot be used now; the message says why.</response>
    /// <response code="507">The disk is full; nothing was stored.</response>
    internal static Task ImportDocuments(
        string name, HttpContext context, Import import, CancellationToken cancellationToken,
        [FromQuery] string? model = null, [FromQuery] bool reembed = false,
        [FromQuery(Name = "on_error")] string? onError = null, [FromQuery] string? format = null)
    {
        var isFaiss = Export.IsFaiss(format);
        return isFaiss && reembed
            ? throw new InvalidRequestException(
                "An index file of FAISS has no texts to embed: leave 'reembed' out.", "reembed")
            : import.RunAsync(
                name, new ImportOptions(model, reembed, Skips(onError), isFaiss), context, cancellationToken);
    }

    /// <summary>Export documents</summary>
    /// <remarks>
    /// JSON Lines that an import takes, of one moment, whatever is written meanwhile: first <c>{"collection": {"name":
    /// …, "model": …, "dimensions": …, "metric": …}}</c>, which describes the vectors, then one document a line. Or the
    /// vectors as a FAISS index file, whose ids are the lines' <c>faiss_id</c>. An export that takes more than one
    /// minute, while others write more than 256 MB, is cut off in the middle.
    /// </remarks>
    /// <param name="name" example="default">Name of the collection.</param>
    /// <param name="context">The reply.</param>
    /// <param name="export">Writes it.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <param name="format" example="jsonl"><c>jsonl</c> (default) or <c>faiss</c>.</param>
    /// <response code="200">The documents.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">There is no collection with this name.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this collection, cannot be used now; the message says why.</response>
    internal static Task ExportDocuments(
        string name, HttpContext context, Export export, CancellationToken cancellationToken,
        [FromQuery] string? format = null) =>
        export.RunAsync(name, format, context, cancellationToken);

    private static bool Skips(string? onError) => onError switch
    {
        null or "stop" => false,
        "skip" => true,
        _ =>
            throw new InvalidRequestException(
                $"Invalid value for 'on_error' = {onError}. Supported values: ['stop', 'skip'].", "on_error"),
    };
}
