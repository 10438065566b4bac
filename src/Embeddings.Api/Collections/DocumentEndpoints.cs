using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embeddings.Api.Collections;

/// <summary>Documents of a collection.</summary>
internal static class DocumentEndpoints
{
    public static void MapDocuments(this RouteGroupBuilder group)
    {
        var documents = group.MapGroup("/{name}/documents").WithTags("Documents").ProducesErrors(
            StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status429TooManyRequests,
            StatusCodes.Status500InternalServerError);
        documents.MapPost("/", UpsertDocuments).ProducesErrors(
            StatusCodes.Status409Conflict, StatusCodes.Status413PayloadTooLarge,
            StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status507InsufficientStorage);
        documents.MapGet("/", ListDocuments);
        documents.MapPost("/list", QueryDocuments);
        documents.MapPost("/delete", DeleteDocuments).ProducesErrors(StatusCodes.Status507InsufficientStorage);
        documents.MapGet("/{**id:minlength(1)}", GetDocument);
        documents.MapDelete("/{**id:minlength(1)}", DeleteDocument)
            .ProducesErrors(StatusCodes.Status507InsufficientStorage);
        group.MapPost("/{name}/count", CountDocuments).WithTags("Documents").ProducesErrors(
            StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status429TooManyRequests,
            StatusCodes.Status500InternalServerError);
    }

    /// <summary>Add or replace documents</summary>
    /// <remarks>
    /// Up to 10,000, all of them or none. Texts without a vector are embedded here. The collection is created if it
    /// does not exist: with the default model and cosine or, if all documents have vectors and no model is named, for
    /// vectors of that length.
    /// </remarks>
    /// <param name="name" example="default">Name of the collection.</param>
    /// <param name="request">The documents.</param>
    /// <param name="response">Gets the headers.</param>
    /// <param name="handler">Embeds and stores them.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">They are on disk, and every search from now on finds them.</response>
    /// <response code="400">The request is wrong; the message says what and where. Nothing was stored.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">The model is unknown, or its files are not on this server.</response>
    /// <response code="409">Meanwhile the collection was created with other settings.</response>
    /// <response code="413">The body is too large.</response>
    /// <response code="415">The body is not JSON in UTF-8.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this collection, cannot be used now; the message says why.</response>
    /// <response code="507">The disk is full; nothing was stored.</response>
    internal static Task<Ok<UpsertResponse>> UpsertDocuments(
        string name, UpsertRequest request, HttpResponse response, DocumentsHandler handler,
        CancellationToken cancellationToken) =>
        handler.UpsertAsync(name, request, cancellationToken).OkAsync(response);

    /// <summary>List documents, page by page</summary>
    /// <param name="name" example="default">Name of the collection.</param>
    /// <param name="handler">Finds it.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <param name="limit" example="100">Most documents of a page, 1 to 10,000.</param>
    /// <param name="after"><c>next</c> of the page before.</param>
    /// <param name="include" example="text,metadata">The parts to return, separated by commas: text, metadata,
    /// vector.</param>
    /// <response code="200">A page; <c>next</c> is null after the last.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">There is no collection with this name.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this collection, cannot be used now; the message says why.</response>
    internal static async Task<Ok<DocumentList>> ListDocuments(
        string name, DocumentsHandler handler, CancellationToken cancellationToken, int? limit = null,
        long? after = null, string? include = null) =>
        TypedResults.Ok(await handler.ListAsync(
            name, new ListRequest { Limit = limit, After = after, Include = Parts(include) }, cancellationToken));

    /// <summary>List documents by ids or by a filter</summary>
    /// <param name="name" example="default">Name of the collection.</param>
    /// <param name="request">The documents to list.</param>
    /// <param name="handler">Finds it.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">The documents: by ids in their order, by filter page by page.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">There is no collection with this name.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this collection, cannot be used now; the message says why.</response>
    internal static async Task<Ok<DocumentList>> QueryDocuments(
        string name, ListRequest request, DocumentsHandler handler, CancellationToken cancellationToken) =>
        TypedResults.Ok(await handler.ListAsync(name, request, cancellationToken));

    /// <summary>Fetch a document</summary>
    /// <param name="name" example="default">Name of the collection.</param>
    /// <param name="id" example="cat">Its id; a slash may be raw or encoded.</param>
    /// <param name="context">Has the id as it was sent.</param>
    /// <param name="handler">Finds the collection.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <param name="include" example="text,metadata">The parts to return, separated by commas: text, metadata,
    /// vector.</param>
    /// <response code="200">The document.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">There is no such document, or no such collection.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this collection, cannot be used now; the message says why.</response>
    internal static async Task<Ok<DocumentObject>> GetDocument(
        string name, string id, HttpContext context, DocumentsHandler handler, CancellationToken cancellationToken,
        string? include = null) =>
        TypedResults.Ok(await handler.GetAsync(name, IdOf(context), Parts(include), cancellationToken));

    /// <summary>Delete a document</summary>
    /// <param name="name" example="default">Name of the collection.</param>
    /// <param name="id" example="goldfish">Its id; a slash may be raw or encoded.</param>
    /// <param name="context">Has the id as it was sent.</param>
    /// <param name="handler">Finds the collection.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">It was deleted; no search finds it any more.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">There is no such document, or no such collection.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this collection, cannot be used now; the message says why.</response>
    /// <response code="507">The disk is full; nothing was deleted.</response>
    internal static async Task<Ok<DeletedObject>> DeleteDocument(
        string name, string id, HttpContext context, DocumentsHandler handler, CancellationToken cancellationToken) =>
        TypedResults.Ok(await handler.DeleteAsync(name, IdOf(context), cancellationToken));

    /// <summary>Delete documents by ids or by a filter</summary>
    /// <param name="name" example="default">Name of the collection.</param>
    /// <param name="request">The documents to delete.</param>
    /// <param name="handler">Finds the collection.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">The number of deleted documents.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">There is no collection with this name.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this collection, cannot be used now; the message says why.</response>
    /// <response code="507">The disk is full; nothing was deleted.</response>
    internal static async Task<Ok<CountResponse>> DeleteDocuments(
        string name, DeleteRequest request, DocumentsHandler handler, CancellationToken cancellationToken) =>
        TypedResults.Ok(await handler.DeleteAsync(name, request, cancellationToken));

    /// <summary>Count documents</summary>
    /// <param name="name" example="default">Name of the collection.</param>
    /// <param name="request">The documents to count; no body means all.</param>
    /// <param name="handler">Finds the collection.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">The number of documents.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">There is no collection with this name.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this collection, cannot be used now; the message says why.</response>
    internal static async Task<Ok<CountResponse>> CountDocuments(
        string name, CountRequest? request, DocumentsHandler handler, CancellationToken cancellationToken) =>
        TypedResults.Ok(await handler.CountAsync(name, request, cancellationToken));

    // Not the id that routing has found, which is decoded once too often.
    private static string IdOf(HttpContext context) => context.Features.GetRequiredFeature<SentPath>().DocumentId;

    private static string[]? Parts(string? include) =>
        include?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
