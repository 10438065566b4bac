using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embeddings.Api.Retrieval;

/// <summary>Search and recommendation.</summary>
internal static class SearchEndpoints
{
    public static void MapSearch(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/search", Search).WithTags("Search").RefusesUnknownParameters()
            .ProducesErrors(
                StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound,
                StatusCodes.Status409Conflict, StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status429TooManyRequests,
                StatusCodes.Status500InternalServerError, StatusCodes.Status503ServiceUnavailable);

    /// <summary>Search a collection, or documents of the request</summary>
    /// <remarks>
    /// The search is exact: it compares every document. It searches by text, by vector, by several of them at once, or
    /// by examples of what is wanted and what is not. Filters are applied during the search, so that it returns as many
    /// documents as match.
    /// </remarks>
    /// <response code="200">What was found, best first.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">The collection or the model is unknown.</response>
    /// <response code="409">The collection has just moved to another model, and the query's vectors are of the previous
    /// one.</response>
    /// <response code="413">The body is too large.</response>
    /// <response code="415">The body is not JSON in UTF-8.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">The collections, or this collection, cannot be used now; the message says why.</response>
    internal static Task<Ok<SearchResponse>> Search(
        SearchRequest request, HttpResponse response, SearchHandler handler, CancellationToken cancellationToken) =>
        handler.HandleAsync(request, cancellationToken).OkAsync(response);
}
