using Embeddings.Api.Dialects.Tei;
using Embeddings.Api.Limits;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Embeddings.Api.Dialects.TeiGrpc;

/// <summary>Vectors, sparse vectors and the vectors of tokens, one text a message.</summary>
internal sealed class EmbedService(TeiHandler handler) : Embed.EmbedBase
{
    [StreamedBody]
    public override Task<EmbedResponse> Embed(EmbedRequest request, ServerCallContext context) =>
        EmbedAsync(request, false, context.CancellationToken);

    [StreamedBody]
    [DisableRequestTimeout]
    public override Task EmbedStream(
        IAsyncStreamReader<EmbedRequest> requestStream, IServerStreamWriter<EmbedResponse> responseStream,
        ServerCallContext context) =>
        OrderedStream.AnswerAsync(requestStream, responseStream, context, EmbedAsync);

    [StreamedBody]
    public override Task<EmbedSparseResponse> EmbedSparse(EmbedSparseRequest request, ServerCallContext context) =>
        EmbedSparseAsync(request, false, context.CancellationToken);

    [StreamedBody]
    [DisableRequestTimeout]
    public override Task EmbedSparseStream(
        IAsyncStreamReader<EmbedSparseRequest> requestStream, IServerStreamWriter<EmbedSparseResponse> responseStream,
        ServerCallContext context) =>
        OrderedStream.AnswerAsync(requestStream, responseStream, context, EmbedSparseAsync);

    [StreamedBody]
    public override Task<EmbedAllResponse> EmbedAll(EmbedAllRequest request, ServerCallContext context) =>
        EmbedAllAsync(request, false, context.CancellationToken);

    [StreamedBody]
    [DisableRequestTimeout]
    public override Task EmbedAllStream(
        IAsyncStreamReader<EmbedAllRequest> requestStream, IServerStreamWriter<EmbedAllResponse> responseStream,
        ServerCallContext context) =>
        OrderedStream.AnswerAsync(requestStream, responseStream, context, EmbedAllAsync);

    private async Task<EmbedResponse> EmbedAsync(EmbedRequest request, bool isBegun, CancellationToken cancellationToken)
    {
        var took = Took.Start();
        var own = Request(
            request.Inputs, request.Truncate, request.TruncationDirection,
            request.HasPromptName ? request.PromptName : null, isBegun) with
        {
            Normalize = request.HasNormalize ? request.Normalize : null,
            Dimensions = request.HasDimensions ? (int)Math.Min(request.Dimensions, int.MaxValue) : null,
        };
        var (vectors, summary) = await handler.EmbedAsync(own, null, cancellationToken);
        var reply = new EmbedResponse { Metadata = took.Metadata(summary, request.Inputs) };
        reply.Embeddings.AddRange(vectors[0].Values.ToArray());
        return reply;
    }

    private async Task<EmbedSparseResponse> EmbedSparseAsync(
        EmbedSparseRequest request, bool isBegun, CancellationToken cancellationToken)
    {
        var took = Took.Start();
        var own = Request(
            request.Inputs, request.Truncate, request.TruncationDirection,
            request.HasPromptName ? request.PromptName : null, isBegun);
        var (vectors, summary) = await handler.EmbedSparseAsync(own, cancellationToken);
        var reply = new EmbedSparseResponse { Metadata = took.Metadata(summary, request.Inputs) };
        reply.SparseEmbeddings.AddRange(
            vectors[0].Select(word => new SparseValue { Index = (uint)word.Index, Value = word.Value }));
        return reply;
    }

    private async Task<EmbedAllResponse> EmbedAllAsync(
        EmbedAllRequest request, bool isBegun, CancellationToken cancellationToken)
    {
        var took = Took.Start();
        var own = Request(
            request.Inputs, request.Truncate, request.TruncationDirection,
            request.HasPromptName ? request.PromptName : null, isBegun);
        var (vectors, summary) = await handler.EmbedAllAsync(own, cancellationToken);
        var reply = new EmbedAllResponse { Metadata = took.Metadata(summary, request.Inputs) };
        foreach (var vector in vectors[0])
        {
            var token = new TokenEmbedding();
            token.Embeddings.AddRange(vector.Values.ToArray());
            reply.TokenEmbeddings.Add(token);
        }

        return reply;
    }

    private static TeiRequest Request(
        string text, bool truncate, TruncationDirection direction, string? promptName, bool isBegun) => new()
        {
            Inputs = new TeiInput { Items = [new TeiItem(text, null)] },
            Truncate = truncate,
            TruncationDirection = Directions.NameOf(direction),
            PromptName = promptName,
            IsBegun = isBegun,
        };
}
