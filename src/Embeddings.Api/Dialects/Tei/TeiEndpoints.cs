using Embeddings.Api.Dialects.Pinecone;
using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Tokenization;
using Embeddings.Api.Wire;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embeddings.Api.Dialects.Tei;

/// <summary>
/// Text Embeddings Inference's routes, and those under which SageMaker, Hugging Face's endpoints and Vertex AI call it.
/// </summary>
internal static class TeiEndpoints
{
    public static void MapTei(this IEndpointRouteBuilder routes)
    {
        var tei = routes.MapGroup("").WithMetadata(TeiErrors.Instance);
        tei.MapPost("/embed", Embed);
        tei.MapPost("/embed_sparse", EmbedSparse);
        tei.MapPost("/embed_all", EmbedAll);
        tei.MapPost("/decode", Decode);
        tei.MapGet("/info", Info);
        tei.MapPost("/", Answer);
        tei.MapPost("/invocations", Answer);
        tei.MapPost("/vertex", Predictions);
    }

    /// <summary>The routes whose paths this server has for requests of its own, by the field that only these have.</summary>
    public static IEnumerable<SharedPath> Shared(IServiceProvider services) =>
    [
        SharedPath.Of("/tokenize", "inputs", ["input"], Tokenize, TeiErrors.Instance, services),
        SharedPath.Of("/predict", "inputs", ["input"], Predict, TeiErrors.Instance, services),
        SharedPath.Of("/similarity", "inputs", ["sources", "targets", "metric"], Compare, TeiErrors.Instance, services),
    ];

    internal static async Task<Ok<object>> Embed(
        TeiRequest request, HttpContext context, TeiHandler handler, PineconeHandler pinecone,
        CancellationToken cancellationToken)
    {
        if (request.Inputs?.IsPinecone == true)
        {
            context.Use(PineconeErrors.Instance);
            return await pinecone.EmbedAsync(request, cancellationToken).OkAsync(context.Response);
        }

        return await AsObject(handler.EmbedAsync(request, null, cancellationToken)).OkAsync(context.Response);
    }

    internal static Task<Ok<IReadOnlyList<IReadOnlyList<SparseValue>>>> EmbedSparse(
        TeiRequest request, HttpResponse response, TeiHandler handler, CancellationToken cancellationToken) =>
        handler.EmbedSparseAsync(request, cancellationToken).OkAsync(response);

    internal static Task<Ok<IReadOnlyList<IReadOnlyList<EmbeddingVector>>>> EmbedAll(
        TeiRequest request, HttpResponse response, TeiHandler handler, CancellationToken cancellationToken) =>
        handler.EmbedAllAsync(request, cancellationToken).OkAsync(response);

    internal static Ok<IReadOnlyList<string>> Decode(
        TeiDecodeRequest request, TeiHandler handler, CancellationToken cancellationToken) =>
        TypedResults.Ok(handler.Decode(request, cancellationToken));

    internal static Ok<object> Info(HttpRequest request, TeiModels models) =>
        // Azure's clients ask the same path with the version of their API.
        TypedResults.Ok(request.Query.ContainsKey("api-version") ? models.ForAzure() : (object)models.Describe());

    internal static Task<Ok<object>> Answer(
        TeiRequest request, HttpResponse response, TeiHandler handler, CancellationToken cancellationToken) =>
        handler.AnswerAsync(request, cancellationToken).OkAsync(response);

    internal static Task<Ok<TeiVertexResponse>> Predictions(
        TeiVertexRequest request, HttpResponse response, TeiVertexHandler handler,
        CancellationToken cancellationToken) =>
        handler.HandleAsync(request, cancellationToken).OkAsync(response);

    internal static Ok<IReadOnlyList<IReadOnlyList<TokenObject>>> Tokenize(
        TeiTokenizeRequest request, TeiHandler handler, CancellationToken cancellationToken) =>
        TypedResults.Ok(handler.Tokenize(request, cancellationToken));

    internal static Task<Ok<OneOrSeveral<IReadOnlyList<TeiPrediction>>>> Predict(
        TeiPredictRequest request, HttpResponse response, TeiHandler handler, CancellationToken cancellationToken) =>
        handler.PredictAsync(request, cancellationToken).OkAsync(response);

    internal static Task<Ok<object>> Compare(
        TeiRequest request, HttpResponse response, TeiHandler handler, CancellationToken cancellationToken) =>
        handler.CompareAsync(request, null, cancellationToken).OkAsync(response);

    private static async Task<EmbeddedReply<object>> AsObject(Task<EmbeddedReply<IReadOnlyList<EmbeddingVector>>> reply)
    {
        var (body, summary) = await reply;
        return new(body, summary);
    }
}
