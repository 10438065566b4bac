using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embeddings.Api.Reranking;

/// <summary>Labelling by models that have labels of their own.</summary>
internal static class PredictEndpoints
{
    public static void MapPredict(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/predict", Predict).WithTags("Reranking").RefusesUnknownParameters().ProducesErrors(
            StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound,
            StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType,
            StatusCodes.Status429TooManyRequests, StatusCodes.Status500InternalServerError);

    /// <summary>Label texts by a model with labels of its own</summary>
    /// <remarks>For classifiers of the hub (sentiment, topics, languages). <c>/classify</c> needs no such model.</remarks>
    /// <response code="200">The labels of each text with their scores.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">The model is unknown, its files are not on this server, or no model here has labels.</response>
    /// <response code="413">The body is too large.</response>
    /// <response code="415">The body is not JSON in UTF-8.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    internal static Task<Ok<PredictResponse>> Predict(
        PredictRequest request, HttpResponse response, PredictHandler handler, CancellationToken cancellationToken) =>
        handler.HandleAsync(request, cancellationToken).OkAsync(response);
}
