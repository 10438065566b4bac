using Embeddings.Api.Errors;
using Embeddings.Api.Jobs;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Topics;

/// <summary>What texts are about: topics of a collection, and clusters of anything.</summary>
internal static class TopicEndpoints
{
    public static void MapTopics(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/").WithTags("Maps and topics").RefusesUnknownParameters().ProducesErrors(
            StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound,
            StatusCodes.Status409Conflict, StatusCodes.Status413PayloadTooLarge,
            StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status429TooManyRequests,
            StatusCodes.Status500InternalServerError);
        JobReply.Describe<TopicsResponse>(group.MapPost("/collections/{name}/topics", FindTopics))
            .ProducesErrors(StatusCodes.Status503ServiceUnavailable, StatusCodes.Status507InsufficientStorage);
        JobReply.Describe<ClustersResponse>(group.MapPost("/collections/{name}/cluster", ClusterCollection))
            .ProducesErrors(StatusCodes.Status503ServiceUnavailable);
        JobReply.Describe<ClustersResponse>(group.MapPost("/cluster", Cluster));
    }

    /// <summary>Find what a collection is about</summary>
    /// <remarks>
    /// Topics with words, sizes and typical documents: as many as there are, or <c>count</c>. Every document gets a
    /// topic; those that lie between topics are marked. <c>write</c> keeps the topic in the metadata of each document,
    /// for filters and groups.
    /// </remarks>
    /// <param name="name" example="default">Name of the collection.</param>
    /// <param name="request">Which documents, and how.</param>
    /// <param name="handler">Does it.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">The topics, the largest first.</response>
    /// <response code="202">It takes longer: <c>GET /jobs/{id}</c> tells how far it is, and has the result.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">There is no collection of the name.</response>
    /// <response code="409">The job was cancelled.</response>
    /// <response code="413">The body is too large.</response>
    /// <response code="415">The body is not JSON in UTF-8.</response>
    /// <response code="429">Too many jobs are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this collection, cannot be used now; the message says why.</response>
    /// <response code="507">The disk is full; no topic was written.</response>
    internal static async Task<IResult> FindTopics(
        string name, TopicsRequest request, TopicsHandler handler, CancellationToken cancellationToken) =>
        await handler.HandleAsync(name, request, cancellationToken);

    /// <summary>Cluster a collection</summary>
    /// <remarks>By k-means, HDBSCAN or communities. For clusters with words and examples see the topics.</remarks>
    /// <param name="name" example="default">Name of the collection.</param>
    /// <param name="request">Which documents, and how.</param>
    /// <param name="handler">Does it.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">The cluster of each document.</response>
    /// <response code="202">It takes longer: <c>GET /jobs/{id}</c> tells how far it is, and has the result.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">There is no collection of the name.</response>
    /// <response code="409">The job was cancelled.</response>
    /// <response code="413">The body is too large.</response>
    /// <response code="415">The body is not JSON in UTF-8.</response>
    /// <response code="429">Too many jobs are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this collection, cannot be used now; the message says why.</response>
    internal static async Task<IResult> ClusterCollection(
        string name, CollectionClusterRequest request, ClusterHandler handler, CancellationToken cancellationToken) =>
        await handler.HandleAsync(name, request, cancellationToken);

    /// <summary>Cluster texts or vectors</summary>
    /// <remarks>As for a collection; the texts are kept nowhere.</remarks>
    /// <param name="request">What, and how.</param>
    /// <param name="handler">Does it.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">The cluster of each text or vector.</response>
    /// <response code="202">It takes longer: <c>GET /jobs/{id}</c> tells how far it is, and has the result.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">The model is unknown, or its files are not on this server.</response>
    /// <response code="409">The job was cancelled.</response>
    /// <response code="413">The body is too large.</response>
    /// <response code="415">The body is not JSON in UTF-8.</response>
    /// <response code="429">Too many requests or jobs are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    internal static async Task<IResult> Cluster(
        ClusterRequest request, ClusterHandler handler, CancellationToken cancellationToken) =>
        await handler.HandleAsync(request, cancellationToken);
}
