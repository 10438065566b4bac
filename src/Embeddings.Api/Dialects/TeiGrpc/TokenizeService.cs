using Embeddings.Api.Dialects.Tei;
using Embeddings.Api.Limits;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Embeddings.Api.Dialects.TeiGrpc;

/// <summary>Tokens of texts, and texts of ids, one of them a message.</summary>
internal sealed class TokenizeService(TeiHandler handler) : Tokenize.TokenizeBase
{
    [StreamedBody]
    public override Task<EncodeResponse> Tokenize(EncodeRequest request, ServerCallContext context) =>
        TokenizeAsync(request, false, context.CancellationToken);

    [StreamedBody]
    [DisableRequestTimeout]
    public override Task TokenizeStream(
        IAsyncStreamReader<EncodeRequest> requestStream, IServerStreamWriter<EncodeResponse> responseStream,
        ServerCallContext context) =>
        OrderedStream.AnswerAsync(requestStream, responseStream, context, TokenizeAsync);

    [StreamedBody]
    public override Task<DecodeResponse> Decode(DecodeRequest request, ServerCallContext context) =>
        DecodeAsync(request, false, context.CancellationToken);

    [StreamedBody]
    [DisableRequestTimeout]
    public override Task DecodeStream(
        IAsyncStreamReader<DecodeRequest> requestStream, IServerStreamWriter<DecodeResponse> responseStream,
        ServerCallContext context) =>
        OrderedStream.AnswerAsync(requestStream, responseStream, context, DecodeAsync);

    private Task<EncodeResponse> TokenizeAsync(
        EncodeRequest request, bool isBegun, CancellationToken cancellationToken)
    {
        var own = new TeiTokenizeRequest(
            [request.Inputs], request.AddSpecialTokens, request.HasPromptName ? request.PromptName : null);
        var reply = new EncodeResponse();
        foreach (var token in handler.Tokenize(own, cancellationToken)[0])
        {
            var one = new SimpleToken { Id = (uint)token.Id, Text = token.Text, Special = token.Special };
            if (token is { Start: { } start, Stop: { } stop })
            {
                (one.Start, one.Stop) = ((uint)start, (uint)stop);
            }

            reply.Tokens.Add(one);
        }

        return Task.FromResult(reply);
    }

    private Task<DecodeResponse> DecodeAsync(
        DecodeRequest request, bool isBegun, CancellationToken cancellationToken)
    {
        int[] ids = [.. request.Ids.Select(id => id <= int.MaxValue ? (int)id : -1)];
        var texts = handler.Decode(new TeiDecodeRequest([ids], request.SkipSpecialTokens), cancellationToken);
        return Task.FromResult(new DecodeResponse { Text = texts[0] });
    }
}
