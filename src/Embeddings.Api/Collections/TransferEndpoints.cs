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
    /// JSON Lines under any content type: a document a line, as many as you like, without a limit on the body. They are
    /// kept batch by batch, at the latest a second after they came; each line of the reply says how many are, and the
    /// last one whether these are all. An export begins with a line <c>{"collection": …}</c> that says what its vectors
    /// are: a collection that is not there is made so, and one whose vectors do not compare with them is left alone. Of
    /// vectors without such a line <c>model</c> says what they are. With <c>format=faiss</c> the body is a flat index
    /// file of FAISS: its ids become ids of documents, without texts. It is read once all of it has arrived. A
    /// collection that is not there gets its dimensions, and <c>dot</c> or <c>euclidean</c> as the file compares.
    /// </remarks>
    /// <param name="name" example="default">Name of the collection; it is made if it is not there.</param>
    /// <param name="context">The body, and the reply to it.</param>
    /// <param name="import">Reads it.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <param name="model" example="text-embedding-3-small">The model that embeds the texts, and that made the vectors
    /// sent; it must be the collection's.</param>
    /// <param name="reembed" example="false">Whether vectors that are sent are ignored, and all texts embedded; every
    /// line then needs a text. A collection that is not there gets <c>model</c>, or the default one.</param>
    /// <param name="onError" example="stop"><c>stop</c> (default): the first line that is wrong ends the import.
    /// <c>skip</c>: the import goes on, and the last line of the reply counts the wrong lines (<c>skipped</c>) and
    /// names the first 100 (<c>skipped_lines</c>).</param>
    /// <param name="format" example="jsonl"><c>jsonl</c> (default) or <c>faiss</c>: a flat index (IxFI, IxF2), alone or
    /// in an id map (IxMp, IxM2).</param>
    /// <response code="200">Progress, a line now and then; the last has <c>done</c> or an <c>error</c>.</response>
    /// <response code="400">The first batch is wrong; the message says which line and what. Nothing was
    /// kept.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    /// <response code="404">The model is unknown, or its files are not on this server.</response>
    /// <response code="408">The end of a line did not arrive in time. Between two lines there may be any.</response>
    /// <response code="409">The collection was made meanwhile as something else.</response>
    /// <response code="415">The body is not UTF-8, or is compressed in a way that cannot be undone here.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this one, cannot be used now; the message says why.</response>
    /// <response code="507">The disk is full; nothing was kept.</response>
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
    /// JSON Lines that import takes, of one moment whatever is written meanwhile: first
    /// <c>{"collection": {"name": …, "model": …, "dimensions": …, "metric": …}}</c>, which says what the vectors are,
    /// and then a document a line; or
    /// the vectors as an index file of FAISS, whose ids are the lines' <c>faiss_id</c>. One that is taken slowly, for
    /// more than a minute while others write more than 256 MB, is cut off in the middle.
    /// </remarks>
    /// <param name="name" example="default">Name of the collection.</param>
    /// <param name="context">The reply.</param>
    /// <param name="export">Writes it.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <param name="format" example="jsonl"><c>jsonl</c> (default) or <c>faiss</c>.</param>
    /// <response code="200">The documents.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    /// <response code="404">There is no collection of the name.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this one, cannot be used now; the message says why.</response>
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
