using Embeddings.Api.Dialects.Pinecone;
using Embeddings.Api.Dialects.Tei;
using Embeddings.Api.Dialects.Weaviate;
using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Reranking;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embeddings.Api.Dialects.Rerank;

/// <summary>
/// Ranking, on the paths of every vendor: Cohere (/v1, /v2), Jina and Voyage (/v1), Text Embeddings Inference,
/// Weaviate, Pinecone and Infinity (/rerank), llama.cpp and LocalAI (/reranking).
/// </summary>
internal static class RerankEndpoints
{
    // In the document.
    private const string Path = "/rerank";

    private static readonly string[] OtherPaths = ["/reranking", "/v1/rerank", "/v1/reranking", "/v2/rerank"];

    public static void MapRerank(this IEndpointRouteBuilder routes)
    {
        Map(routes, Path);
        foreach (var path in OtherPaths)
        {
            Map(routes, path).ExcludeFromDescription();
        }
    }

    /// <summary>The families that are told by the fields of their requests, and have replies of their own.</summary>
    public static IEnumerable<SharedPath> Shared(IServiceProvider services) =>
    [
        // Below /v1 and /v2, documents with fields are Cohere's.
        SharedPath.Of(Path, "rank_fields", ["texts"], RerankAsPinecone, PineconeErrors.Instance, services),
        .. OtherPaths.Prepend(Path).SelectMany(path => new[]
        {
            SharedPath.Of(path, "property", ["model", "texts"], RerankAsWeaviate, WeaviateErrors.Instance, services),
            SharedPath.Of(path, "texts", ["documents"], RerankAsTei, TeiErrors.Instance, services),
        }),
    ];

    /// <summary>Rank documents by a query</summary>
    /// <remarks>
    /// A cross-encoder reads the query together with each document, and ranks better than vectors do; it takes as long
    /// as embedding each document. Without one, a model's vectors are compared. Also reached as /v1/rerank, /v2/rerank,
    /// /reranking and /v1/reranking. A body in the shape of Text Embeddings Inference, Weaviate or Pinecone gets a
    /// reply in that shape.
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
        RerankRequest request, HttpContext context, RerankHandler handler, CancellationToken cancellationToken)
    {
        var isCohereV2 = context.Request.Path.StartsWithSegments("/v2");
        RerankResponse Versioned(RerankResponse ranking) => isCohereV2
            ? ranking with { Meta = ranking.Meta with { ApiVersion = new("2") } }
            : ranking;
        return AsAsync(request, handler, Versioned, cancellationToken).OkAsync(context.Response);
    }

    internal static Task<Ok<IReadOnlyList<TeiRank>>> RerankAsTei(
        RerankRequest request, HttpResponse response, RerankHandler handler, CancellationToken cancellationToken) =>
        AsAsync(request, handler, TeiRank.ListOf, cancellationToken).OkAsync(response);

    internal static Task<Ok<WeaviateScores>> RerankAsWeaviate(
        RerankRequest request, HttpResponse response, RerankHandler handler, CancellationToken cancellationToken) =>
        AsAsync(request, handler, ranking => WeaviateScores.Of(request, ranking), cancellationToken).OkAsync(response);

    internal static Task<Ok<PineconeRanking>> RerankAsPinecone(
        RerankRequest request, HttpResponse response, RerankHandler handler, CancellationToken cancellationToken) =>
        AsAsync(request, handler, ranking => PineconeRanking.Of(request, ranking), cancellationToken).OkAsync(response);

    private static async Task<EmbeddedReply<T>> AsAsync<T>(
        RerankRequest request, RerankHandler handler, Func<RerankResponse, T> shape,
        CancellationToken cancellationToken)
    {
        var (ranking, summary) = await handler.HandleAsync(request, cancellationToken);
        return new(shape(ranking), summary);
    }

    private static RouteHandlerBuilder Map(IEndpointRouteBuilder routes, string path) =>
        routes.MapPost(path, Rerank).WithTags("Reranking").WithMetadata(RerankErrors.Instance).ProducesErrors(
            StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound,
            StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType,
            StatusCodes.Status429TooManyRequests, StatusCodes.Status500InternalServerError);
}
