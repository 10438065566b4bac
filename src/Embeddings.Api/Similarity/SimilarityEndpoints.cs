using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embeddings.Api.Similarity;

/// <summary>How alike texts or vectors are.</summary>
internal static class SimilarityEndpoints
{
    public static void MapSimilarity(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/similarity", Compare).WithTags("Similarity").RefusesUnknownParameters()
            .ProducesErrors(
                StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound,
                StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status429TooManyRequests,
                StatusCodes.Status500InternalServerError);

    /// <summary>Compare texts or vectors</summary>
    /// <remarks>
    /// Compares one with many, or every source with every target. Hugging Face's body for the same task is accepted
    /// too, and gets Hugging Face's reply.
    /// </remarks>
    /// <response code="200">A row of scores for each source; for Hugging Face's body a list of scores.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">The model is unknown, or its files are not on this server.</response>
    /// <response code="413">The body is too large.</response>
    /// <response code="415">The body is not JSON in UTF-8.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    internal static Task<Ok<SimilarityResponse>> Compare(
        SimilarityRequest request, HttpResponse response, SimilarityHandler handler,
        CancellationToken cancellationToken) =>
        handler.HandleAsync(request, cancellationToken).OkAsync(response);
}
