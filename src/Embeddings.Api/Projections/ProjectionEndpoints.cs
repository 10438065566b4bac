using Embeddings.Api.Errors;
using Embeddings.Api.Jobs;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Projections;

/// <summary>Maps of texts: what is alike lies close.</summary>
internal static class ProjectionEndpoints
{
    public static void MapProjections(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/").WithTags("Maps and topics").RefusesUnknownParameters().ProducesErrors(
            StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound,
            StatusCodes.Status409Conflict, StatusCodes.Status413PayloadTooLarge,
            StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status429TooManyRequests,
            StatusCodes.Status500InternalServerError);
        JobReply.Describe<ProjectionResponse>(group.MapPost("/collections/{name}/projection", ProjectCollection))
            .ProducesErrors(StatusCodes.Status503ServiceUnavailable);
        JobReply.Describe<ProjectionResponse>(group.MapPost("/projection", Project));
    }

    /// <summary>Lay out a collection in two or three dimensions</summary>
    /// <remarks>
    /// By UMAP, t-SNE or PCA. The same request gives the same map, and the second time at once, until the collection
    /// changes. Maps that take longer than <c>wait</c> are jobs.
    /// </remarks>
    /// <param name="name" example="default">Name of the collection.</param>
    /// <param name="request">Which documents, and how.</param>
    /// <param name="handler">Does it.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">A position for each document.</response>
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
    internal static async Task<IResult> ProjectCollection(
        string name, CollectionProjectionRequest request, ProjectionHandler handler,
        CancellationToken cancellationToken) =>
        await handler.HandleAsync(name, request, cancellationToken);

    /// <summary>Lay out texts or vectors in two or three dimensions</summary>
    /// <remarks>As for a collection; the texts are kept nowhere.</remarks>
    /// <param name="request">What, and how.</param>
    /// <param name="handler">Does it.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">A position for each text or vector.</response>
    /// <response code="202">It takes longer: <c>GET /jobs/{id}</c> tells how far it is, and has the result.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">The model is unknown, or its files are not on this server.</response>
    /// <response code="409">The job was cancelled.</response>
    /// <response code="413">The body is too large.</response>
    /// <response code="415">The body is not JSON in UTF-8.</response>
    /// <response code="429">Too many requests or jobs are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    internal static async Task<IResult> Project(
        ProjectionRequest request, ProjectionHandler handler, CancellationToken cancellationToken) =>
        await handler.HandleAsync(request, cancellationToken);
}
