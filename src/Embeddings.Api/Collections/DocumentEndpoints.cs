using System.Globalization;
using Embeddings.Api.Errors;
using Embeddings.Api.Hosting;
using Embeddings.Api.Search;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embeddings.Api.Collections;

/// <summary>Documents of a collection.</summary>
internal static class DocumentEndpoints
{
    private const int MostListed = 10_000;
    private const int ListedUnlessSaid = 100;

    public static void MapDocuments(this RouteGroupBuilder group)
    {
        var documents = group.MapGroup("/{name}/documents").WithTags("Documents").ProducesErrors(
            StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status429TooManyRequests, StatusCodes.Status500InternalServerError);
        documents.MapPost("/", UpsertDocuments).ProducesErrors(
            StatusCodes.Status409Conflict, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status507InsufficientStorage);
        documents.MapGet("/", ListDocuments);
        documents.MapPost("/list", QueryDocuments);
        documents.MapPost("/delete", DeleteDocuments).ProducesErrors(StatusCodes.Status507InsufficientStorage);
        documents.MapGet("/{**id:minlength(1)}", GetDocument);
        documents.MapDelete("/{**id:minlength(1)}", DeleteDocument).ProducesErrors(StatusCodes.Status507InsufficientStorage);
        group.MapPost("/{name}/count", CountDocuments).WithTags("Documents").ProducesErrors(
            StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status429TooManyRequests, StatusCodes.Status500InternalServerError);
    }

    /// <summary>Add or replace documents</summary>
    /// <remarks>
    /// Up to 10,000, all of them or none. Texts without a vector are embedded here. The collection is made if it is not there: with the default
    /// model and cosine, or, if all documents bring vectors and no model is named, for vectors of that length.
    /// </remarks>
    /// <param name="name" example="default">Name of the collection.</param>
    /// <param name="request">The documents.</param>
    /// <param name="handler">Embeds and stores them.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">They are on the disk, and every search from now on finds them.</response>
    /// <response code="400">The request is wrong; the message says what and where. Nothing was kept.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    /// <response code="404">The model is unknown, or its files are not on this server.</response>
    /// <response code="409">The collection was made meanwhile as something else.</response>
    /// <response code="413">The body is too large.</response>
    /// <response code="415">The body is not JSON in UTF-8.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this one, cannot be used now; the message says why.</response>
    /// <response code="507">The disk is full; nothing was kept.</response>
    internal static async Task<Ok<UpsertResponse>> UpsertDocuments(string name, UpsertRequest request, CollectionsHandler handler, CancellationToken cancellationToken)
    {
        var documents = handler.CheckCount(request.Documents, "documents");
        if (documents.Count == 0)
        {
            throw new InvalidRequestException("'$.documents' is invalid: it cannot be an empty array.", "documents");
        }

        return TypedResults.Ok(await handler.UpsertAsync(name, documents, request.Model, i => $"documents[{i}]", cancellationToken));
    }

    /// <summary>List documents, page by page</summary>
    /// <param name="name" example="default">Name of the collection.</param>
    /// <param name="handler">Finds it.</param>
    /// <param name="places">Bound how many scan at a time.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <param name="limit" example="100">At most so many, 1 to 10,000.</param>
    /// <param name="after"><c>next</c> of the page before.</param>
    /// <param name="include" example="text,metadata">Which parts, with commas: text, metadata, vector.</param>
    /// <response code="200">A page; <c>next</c> is null after the last.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    /// <response code="404">There is no collection of the name.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this one, cannot be used now; the message says why.</response>
    internal static Task<Ok<DocumentList>> ListDocuments(
        string name, CollectionsHandler handler, SearchPlaces places, CancellationToken cancellationToken, int? limit = null, long? after = null, string? include = null) =>
        QueryDocuments(
            name, new ListRequest { Limit = limit, After = after, Include = include?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) }, handler, places,
            cancellationToken);

    /// <summary>List documents by ids or by a filter</summary>
    /// <param name="name" example="default">Name of the collection.</param>
    /// <param name="request">Which.</param>
    /// <param name="handler">Finds it.</param>
    /// <param name="places">Bound how many scan at a time.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">The documents: by ids in their order, by filter page by page.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    /// <response code="404">There is no collection of the name.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this one, cannot be used now; the message says why.</response>
    internal static async Task<Ok<DocumentList>> QueryDocuments(
        string name, ListRequest request, CollectionsHandler handler, SearchPlaces places, CancellationToken cancellationToken)
    {
        _ = await handler.FindAsync(name, cancellationToken);
        var parts = Wire.PartsOf(request.Include);
        if (request.Ids is not null)
        {
            if (request.Filter is not null)
            {
                throw new InvalidRequestException("Send either 'ids' or 'filter', but not both.", "ids");
            }

            var ids = handler.CheckCount(request.Ids, "ids");
            using var reading = await places.EnterAsync(cancellationToken);
            var found = await handler.OnAsync(name, collection => collection.GetAsync(ids, parts, cancellationToken));
            return TypedResults.Ok(new DocumentList("list", [.. found.Select(Wire.Object)], null));
        }

        var limit = Wire.Number(request.Limit, "limit", 1, MostListed, ListedUnlessSaid);
        var filter = request.Filter is { } json ? FilterParser.Parse(json) : null;
        using var place = await places.EnterAsync(cancellationToken);
        // On the wire a cursor is a number, as this store's cursors are.
        var cursor = request.After is > 0 and var after ? after.ToString(CultureInfo.InvariantCulture) : null;
        var page = await handler.OnAsync(name, collection => collection.ListAsync(filter, cursor, limit, parts, cancellationToken));
        return TypedResults.Ok(new DocumentList(
            "list", [.. page.Documents.Select(Wire.Object)], page.Next is null ? null : long.Parse(page.Next, CultureInfo.InvariantCulture)));
    }

    /// <summary>Fetch a document</summary>
    /// <param name="name" example="default">Name of the collection.</param>
    /// <param name="id" example="cat">Its id; a slash may be raw or encoded.</param>
    /// <param name="context">Has the id as it was sent.</param>
    /// <param name="handler">Finds the collection.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <param name="include" example="text,metadata">Which parts, with commas: text, metadata, vector.</param>
    /// <response code="200">The document.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    /// <response code="404">There is no such document, or no such collection.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this one, cannot be used now; the message says why.</response>
    internal static async Task<Ok<DocumentObject>> GetDocument(
        string name, string id, HttpContext context, CollectionsHandler handler, CancellationToken cancellationToken, string? include = null)
    {
        var parts = Wire.PartsOf(include?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        id = context.Features.GetRequiredFeature<SentPath>().DocumentId;
        return await handler.OnAsync(name, collection => collection.GetAsync([id], parts, cancellationToken)) is [var document]
            ? TypedResults.Ok(Wire.Object(document))
            : throw new DocumentNotFoundException(id, name);
    }

    /// <summary>Delete a document</summary>
    /// <param name="name" example="default">Name of the collection.</param>
    /// <param name="id" example="goldfish">Its id; a slash may be raw or encoded.</param>
    /// <param name="context">Has the id as it was sent.</param>
    /// <param name="handler">Finds the collection.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">It is gone, and no search finds it any more.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    /// <response code="404">There is no such document, or no such collection.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this one, cannot be used now; the message says why.</response>
    /// <response code="507">The disk is full; nothing was deleted.</response>
    internal static async Task<Ok<DeletedObject>> DeleteDocument(string name, string id, HttpContext context, CollectionsHandler handler, CancellationToken cancellationToken)
    {
        id = context.Features.GetRequiredFeature<SentPath>().DocumentId;
        return await handler.OnAsync(name, collection => collection.DeleteAsync([id], cancellationToken)) == 1
            ? TypedResults.Ok(new DeletedObject("document.deleted", id, true))
            : throw new DocumentNotFoundException(id, name);
    }

    /// <summary>Delete documents by ids or by a filter</summary>
    /// <param name="name" example="default">Name of the collection.</param>
    /// <param name="request">Which.</param>
    /// <param name="handler">Finds the collection.</param>
    /// <param name="places">Bound how many scan at a time.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">How many there were.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    /// <response code="404">There is no collection of the name.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this one, cannot be used now; the message says why.</response>
    /// <response code="507">The disk is full; nothing was deleted.</response>
    internal static async Task<Ok<CountResponse>> DeleteDocuments(
        string name, DeleteRequest request, CollectionsHandler handler, SearchPlaces places, CancellationToken cancellationToken)
    {
        switch (request.Ids, request.Filter)
        {
            case ({ } ids, null):
                return TypedResults.Ok(new CountResponse(await handler.OnAsync(name, collection => collection.DeleteAsync(handler.CheckCount(ids, "ids"), cancellationToken))));
            case (null, { } json):
                var filter = FilterParser.Parse(json);
                using (await places.EnterAsync(cancellationToken))
                {
                    return TypedResults.Ok(new CountResponse(await handler.OnAsync(name, collection => collection.DeleteAsync(filter, cancellationToken))));
                }

            default:
                throw new InvalidRequestException("Send either 'ids' or 'filter', and not both; the filter {} means all documents.", "ids");
        }
    }

    /// <summary>Count documents</summary>
    /// <param name="name" example="default">Name of the collection.</param>
    /// <param name="request">Which; no body means all.</param>
    /// <param name="handler">Finds the collection.</param>
    /// <param name="places">Bound how many scan at a time.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">How many there are.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    /// <response code="404">There is no collection of the name.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this one, cannot be used now; the message says why.</response>
    internal static async Task<Ok<CountResponse>> CountDocuments(
        string name, CountRequest? request, CollectionsHandler handler, SearchPlaces places, CancellationToken cancellationToken)
    {
        var filter = request?.Filter is { } json ? FilterParser.Parse(json) : null;
        using var place = await places.EnterAsync(cancellationToken);
        return TypedResults.Ok(new CountResponse(await handler.OnAsync(name, collection => collection.CountAsync(filter, cancellationToken))));
    }
}
