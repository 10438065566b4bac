using Embeddings.Api.Dialects.Tei;
using Embeddings.Api.Limits;
using Grpc.Core;
using Microsoft.Extensions.Options;
using RpcStatus = Grpc.Core.Status;

namespace Embeddings.Api.Dialects.TeiGrpc;

/// <summary>Documents ranked by a query: in one message, or one document a message.</summary>
internal sealed class RerankService(TeiHandler handler, IOptions<LimitsOptions> limits) : Rerank.RerankBase
{
    [StreamedBody]
    public override Task<RerankResponse> Rerank(RerankRequest request, ServerCallContext context) =>
        RankAsync(
            new TeiRequest
            {
                Query = request.Query,
                Texts = request.Texts,
                Truncate = request.Truncate,
                RawScores = request.RawScores,
                ReturnText = request.ReturnText,
                TruncationDirection = Directions.NameOf(request.TruncationDirection),
            },
            context.CancellationToken);

    // All documents are kept until the last has come. Their bytes count in the budget of all bodies.
    [StreamedBody]
    public override async Task<RerankResponse> RerankStream(
        IAsyncStreamReader<RerankStreamRequest> requestStream, ServerCallContext context)
    {
        RerankStreamRequest? first = null;
        var texts = new List<string>();
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            first ??= requestStream.Current;
            texts.Add(requestStream.Current.Text);
            if (texts.Count > limits.Value.MaxDocuments)
            {
                throw new RpcException(new RpcStatus(
                    StatusCode.InvalidArgument,
                    $"batch size {texts.Count} > maximum allowed batch size {limits.Value.MaxDocuments}"));
            }
        }

        return await RankAsync(
            new TeiRequest
            {
                Query = first?.Query ?? "",
                Texts = texts,
                Truncate = first?.Truncate,
                RawScores = first?.RawScores,
                ReturnText = first?.ReturnText,
                TruncationDirection = Directions.NameOf(first?.TruncationDirection ?? TruncationDirection.Right),
            },
            context.CancellationToken);
    }

    private async Task<RerankResponse> RankAsync(TeiRequest request, CancellationToken cancellationToken)
    {
        var took = Took.Start();
        var (ranks, summary) = await handler.RankAsync(request, cancellationToken);
        var reply = new RerankResponse { Metadata = took.Metadata(summary, request.Texts!.Append(request.Query!)) };
        reply.Ranks.AddRange(ranks.Select(rank =>
        {
            var one = new Rank { Index = (uint)rank.Index, Score = rank.Score };
            if (rank.Text is { } text)
            {
                one.Text = text;
            }

            return one;
        }));
        return reply;
    }
}
