using System.IO.Pipelines;
using System.Net.Mime;
using System.Text.Json;
using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Reranking;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Dialects.Rerank;

/// <summary>
/// Ranking, on the paths of every vendor: Cohere (/v1, /v2), Jina and Voyage (/v1), Text Embeddings Inference, Weaviate,
/// Pinecone and Infinity (/rerank), llama.cpp and LocalAI (/reranking).
/// </summary>
internal static class RerankEndpoints
{
    private static readonly string[] OtherPaths = ["/reranking", "/v1/rerank", "/v1/reranking", "/v2/rerank"];

    public static void MapRerank(this IEndpointRouteBuilder routes)
    {
        Map(routes, "/rerank");
        foreach (var path in OtherPaths)
        {
            Map(routes, path).ExcludeFromDescription();
        }
    }

    /// <summary>Rank documents by a query</summary>
    /// <remarks>
    /// A cross-encoder reads the query together with each document, and ranks better than vectors do; it takes as long
    /// as embedding each document. Without one, a model's vectors are compared. Also reached as /v1/rerank, /v2/rerank,
    /// /reranking and /v1/reranking. A body in the shape of Text Embeddings Inference, Weaviate or Pinecone gets a reply
    /// in that shape.
    /// </remarks>
    /// <response code="200">The documents, best first.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">The model is unknown, or its files are not on this server.</response>
    /// <response code="413">The body is too large.</response>
    /// <response code="415">The body is not JSON in UTF-8.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    internal static async Task<Ok<object>> Rerank(
        HttpContext context, RerankHandler handler, IOptions<JsonOptions> json, CancellationToken cancellationToken)
    {
        // The names of the fields come first, so that a body whose values are wrong gets its failure in its own form.
        var body = context.Request.BodyReader;
        var whole = await ReadAsync(body, cancellationToken);
        var (shape, isEmpty) = (RerankShapes.Of(whole.Buffer, context.Request.Path), whole.Buffer.IsEmpty);
        body.AdvanceTo(whole.Buffer.Start, whole.Buffer.End);
        if (RerankShapes.ErrorsOf(shape) is { } errors)
        {
            context.Use(errors);
        }

        var request = isEmpty
            ? null
            : await JsonSerializer.DeserializeAsync<RerankRequest>(
                body, json.Value.SerializerOptions, cancellationToken);
        return await AnswerAsync(
            request ?? throw new InvalidRequestException("The body must be a JSON object."),
            shape, context.Request.Path, handler, cancellationToken)
            .OkAsync(context.Response);
    }

    private static async Task<EmbeddedReply<object>> AnswerAsync(
        RerankRequest request, RerankShape shape, PathString path, RerankHandler handler,
        CancellationToken cancellationToken)
    {
        var (ranking, summary) = await handler.HandleAsync(request, cancellationToken);
        return new(
            shape switch
            {
                RerankShape.Tei => TeiRank.ListOf(ranking),
                RerankShape.Weaviate => WeaviateScores.Of(request, ranking),
                RerankShape.Pinecone => PineconeRanking.Of(request, ranking),
                _ when path.StartsWithSegments("/v2") =>
                    ranking with { Meta = ranking.Meta with { ApiVersion = new("2") } },
                _ => ranking,
            },
            summary);
    }

    private static async Task<ReadResult> ReadAsync(PipeReader body, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            if (read.IsCompleted)
            {
                return read;
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static RouteHandlerBuilder Map(IEndpointRouteBuilder routes, string path) =>
        routes.MapPost(path, Rerank).WithTags("Reranking").WithMetadata(RerankErrors.Instance)
            .Accepts<RerankRequest>(MediaTypeNames.Application.Json)
            .WithMetadata(new ProducesResponseTypeMetadata(
                StatusCodes.Status200OK, typeof(RerankResponse), [MediaTypeNames.Application.Json]))
            .ProducesErrors(
                StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound,
                StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType,
                StatusCodes.Status429TooManyRequests, StatusCodes.Status500InternalServerError);
}
