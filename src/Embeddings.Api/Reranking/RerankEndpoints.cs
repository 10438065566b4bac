using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embeddings.Api.Reranking;

/// <summary>Ranking and labelling by models that read whole texts together.</summary>
internal static class RerankEndpoints
{
    private const string Tag = "Reranking";

    public static void MapReranking(this IEndpointRouteBuilder routes)
    {
        WithErrors(routes.MapPost("/rerank", Rerank));
        // The paths of Jina's and Cohere's clients.
        WithErrors(routes.MapPost("/v1/rerank", Rerank)).ExcludeFromDescription();
        WithErrors(routes.MapPost("/v2/rerank", Rerank)).ExcludeFromDescription();
        WithErrors(routes.MapPost("/predict", Predict)).RefusesUnknownParameters();
    }

    /// <summary>Rank documents by a query</summary>
    /// <remarks>
    /// A cross-encoder reads the query together with each document, and ranks better than vectors do; it takes as long
    /// as embedding each document. Without one, a model's vectors are compared. Also reached as /v1/rerank and
    /// /v2/rerank.
    /// </remarks>
    /// <response code="200">The documents, best first.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">The model is unknown, or its files are not on this server.</response>
    /// <response code="413">The body is too large.</response>
    /// <response code="415">The body is not JSON in UTF-8.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    internal static Task<Ok<RerankResponse>> Rerank(
        RerankRequest request, HttpResponse response, RerankHandler handler, CancellationToken cancellationToken) =>
        handler.HandleAsync(request, cancellationToken).OkAsync(response);

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

    private static RouteHandlerBuilder WithErrors(RouteHandlerBuilder route) => route.WithTags(Tag).ProducesErrors(
        StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound,
        StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType,
        StatusCodes.Status429TooManyRequests, StatusCodes.Status500InternalServerError);
}
