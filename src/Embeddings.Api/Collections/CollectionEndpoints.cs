using Embeddings.Api.Errors;
using Embeddings.Api.Retrieval;
using Embeddings.Api.Wire;
using Embeddings.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embeddings.Api.Collections;

/// <summary>Routes of collections. Those of their documents are in <see cref="DocumentEndpoints"/>.</summary>
internal static class CollectionEndpoints
{
    public static void MapCollections(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/collections").WithTags("Collections").RefusesUnknownParameters()
            .ProducesErrors(StatusCodes.Status401Unauthorized, StatusCodes.Status503ServiceUnavailable);
        group.MapGet("/", ListCollections);
        group.MapPut("/{name}", CreateCollection).ProducesErrors(
            StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict,
            StatusCodes.Status500InternalServerError, StatusCodes.Status507InsufficientStorage);
        group.MapGet("/{name}", GetCollection).ProducesErrors(StatusCodes.Status404NotFound);
        group.MapDelete("/{name}", DeleteCollection)
            .ProducesErrors(
                StatusCodes.Status404NotFound,
                StatusCodes.Status500InternalServerError,
                StatusCodes.Status507InsufficientStorage);
        group.MapPost("/{name}/reembed", ReembedCollection).ProducesErrors(
            StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict,
            StatusCodes.Status413PayloadTooLarge,
            StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status500InternalServerError);
        group.MapDocuments();
        group.MapTransfer();
    }

    /// <summary>List the collections</summary>
    /// <response code="200">The collections, by name.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="503">The collections, or this collection, cannot be used now; the message says why.</response>
    internal static async Task<Ok<CollectionList>> ListCollections(
        CollectionStore collections, Reembeddings reembeddings, CancellationToken cancellationToken)
    {
        var objects = new List<CollectionObject>();
        foreach (var collection in await collections.Store.ListAsync(cancellationToken))
        {
            objects.Add(await reembeddings.ObjectAsync(collection, cancellationToken));
        }

        return TypedResults.Ok(new CollectionList("list", objects));
    }

    /// <summary>Make a collection</summary>
    /// <remarks>
    /// Only needed if the defaults do not fit, because the first documents create a collection too. Without a body the
    /// collection has the default model and cosine.
    /// </remarks>
    /// <param name="name" example="default">1 to 128 letters, digits, '.', '_' and '-'.</param>
    /// <param name="request">The collection's model or dimensions, and its metric.</param>
    /// <param name="context">Has the prefix of links.</param>
    /// <param name="handler">Makes it.</param>
    /// <param name="reembeddings">Know whether it moves to another model.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">It existed already, with the same settings.</response>
    /// <response code="201">It was created.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">The model is unknown, or its files are not on this server.</response>
    /// <response code="409">There is a collection with this name and other settings.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this collection, cannot be used now; the message says why.</response>
    /// <response code="507">The disk is full; nothing was stored.</response>
    internal static async Task<Results<Ok<CollectionObject>, Created<CollectionObject>>> CreateCollection(
        string name, CollectionRequest? request, HttpContext context, CollectionsHandler handler,
        Reembeddings reembeddings, CancellationToken cancellationToken)
    {
        var (collection, created) = await handler.CreateAsync(
            name, request ?? new CollectionRequest(), cancellationToken);
        var answer = await reembeddings.ObjectAsync(collection, cancellationToken);
        return created
            ? TypedResults.Created($"{context.Request.PathBase}/collections/{name}", answer)
            : TypedResults.Ok(answer);
    }

    /// <summary>Describe a collection</summary>
    /// <param name="name" example="default">Its name.</param>
    /// <param name="collections">Finds it.</param>
    /// <param name="reembeddings">Know whether it moves to another model.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">The collection.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">There is no collection with this name.</response>
    /// <response code="503">The collections, or this collection, cannot be used now; the message says why.</response>
    internal static async Task<Ok<CollectionObject>> GetCollection(
        string name, CollectionStore collections, Reembeddings reembeddings, CancellationToken cancellationToken)
    {
        var collection = await collections.FindAsync(name, cancellationToken);
        return TypedResults.Ok(await reembeddings.ObjectAsync(collection, cancellationToken));
    }

    /// <summary>Move a collection to another model</summary>
    /// <remarks>
    /// Embeds the texts of all documents again, in the background; <c>reembedding</c> of the collection shows the
    /// progress. Searches use the old vectors until all new ones are there. Then the collection switches to them in one
    /// step, and keeps everything that was written meanwhile. If the server stops before the end, the collection stays
    /// as it was, and the request has to be sent again. A request for a move that is running already starts nothing
    /// new.
    /// </remarks>
    /// <param name="name" example="default">Its name.</param>
    /// <param name="request">The new model.</param>
    /// <param name="context">Has the prefix of links.</param>
    /// <param name="collections">Finds it.</param>
    /// <param name="reembeddings">Begin it.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="202">The move has begun, or was running already.</response>
    /// <response code="400">The request is wrong, or documents have no text; the message says what, and how
    /// many.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">There is no collection with this name, or the model is unknown, or its files are not on
    /// this server.</response>
    /// <response code="409">It is already moving to another model.</response>
    /// <response code="413">The body is too large.</response>
    /// <response code="415">The body is not JSON in UTF-8.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this collection, cannot be used now; the message says why.</response>
    internal static async Task<Accepted<CollectionObject>> ReembedCollection(
        string name, ReembedRequest request, HttpContext context, CollectionStore collections,
        Reembeddings reembeddings, CancellationToken cancellationToken)
    {
        await collections.OnAsync(name, collection => reembeddings.BeginAsync(collection, request, cancellationToken));
        var collection = await collections.FindAsync(name, cancellationToken);
        return TypedResults.Accepted(
            $"{context.Request.PathBase}/collections/{name}",
            await reembeddings.ObjectAsync(collection, cancellationToken));
    }

    /// <summary>Delete a collection with all its documents</summary>
    /// <param name="name" example="default">Its name.</param>
    /// <param name="collections">The store.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">It was deleted.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">There is no collection with this name.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this collection, cannot be used now; the message says why.</response>
    /// <response code="507">The disk is full; nothing was deleted.</response>
    internal static async Task<Ok<DeletedObject>> DeleteCollection(
        string name, CollectionStore collections, CancellationToken cancellationToken) =>
        await collections.Store.DropAsync(name, cancellationToken)
            ? TypedResults.Ok(new DeletedObject("collection.deleted", name, true))
            : throw new CollectionNotFoundException(name);
}
