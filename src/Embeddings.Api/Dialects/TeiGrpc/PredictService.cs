using Embeddings.Api.Dialects.Tei;
using Embeddings.Api.Limits;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Timeouts;
using RpcStatus = Grpc.Core.Status;

namespace Embeddings.Api.Dialects.TeiGrpc;

/// <summary>Labels of texts and of pairs of texts, one of them a message.</summary>
internal sealed class PredictService(TeiHandler handler) : Predict.PredictBase
{
    [StreamedBody]
    public override Task<PredictResponse> Predict(PredictRequest request, ServerCallContext context) =>
        PredictAsync(request, false, context.CancellationToken);

    [StreamedBody]
    public override Task<PredictResponse> PredictPair(PredictPairRequest request, ServerCallContext context) =>
        PredictPairAsync(request, false, context.CancellationToken);

    [StreamedBody]
    [DisableRequestTimeout]
    public override Task PredictStream(
        IAsyncStreamReader<PredictRequest> requestStream, IServerStreamWriter<PredictResponse> responseStream,
        ServerCallContext context) =>
        OrderedStream.AnswerAsync(requestStream, responseStream, context, PredictAsync);

    [StreamedBody]
    [DisableRequestTimeout]
    public override Task PredictPairStream(
        IAsyncStreamReader<PredictPairRequest> requestStream, IServerStreamWriter<PredictResponse> responseStream,
        ServerCallContext context) =>
        OrderedStream.AnswerAsync(requestStream, responseStream, context, PredictPairAsync);

    private Task<PredictResponse> PredictAsync(
        PredictRequest request, bool isBegun, CancellationToken cancellationToken) =>
        PredictAsync(
            request.Inputs, null, request.Truncate, request.TruncationDirection, request.RawScores, cancellationToken);

    private Task<PredictResponse> PredictPairAsync(
        PredictPairRequest request, bool isBegun, CancellationToken cancellationToken) =>
        request.Inputs.Count is 1 or 2
            ? PredictAsync(
                request.Inputs[0], request.Inputs.ElementAtOrDefault(1), request.Truncate, request.TruncationDirection,
                request.RawScores, cancellationToken)
            : throw new RpcException(new RpcStatus(
                StatusCode.InvalidArgument,
                $"`inputs` must have a single or two elements. Given: {request.Inputs.Count}"));

    private async Task<PredictResponse> PredictAsync(
        string first, string? second, bool truncate, TruncationDirection direction, bool rawScores,
        CancellationToken cancellationToken)
    {
        var took = Took.Start();
        var own = new TeiPredictRequest(
            new TeiPredictInput { Firsts = [first], Seconds = [second] }, truncate, Directions.NameOf(direction),
            rawScores);
        var (labels, summary) = await handler.PredictAsync(own, cancellationToken);
        var reply = new PredictResponse { Metadata = took.Metadata(summary, first, second ?? "") };
        reply.Predictions.AddRange(
            labels.Items[0].Select(label => new Prediction { Label = label.Label, Score = label.Score }));
        return reply;
    }
}
