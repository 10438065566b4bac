using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Dialects.Tei;

/// <summary>Several requests in one, as Vertex AI sends them.</summary>
internal sealed class TeiVertexHandler(TeiHandler handler, IOptions<LimitsOptions> limits)
{
    /// <exception cref="InvalidRequestException">There is no request, there are too many, or one of them is
    /// wrong.</exception>
    public async Task<EmbeddedReply<TeiVertexResponse>> HandleAsync(
        TeiVertexRequest request, CancellationToken cancellationToken)
    {
        var instances = request.Instances
            ?? throw new InvalidRequestException("missing field `instances`", "instances") { Fault = Fault.WrongShape };
        if (instances.Count > limits.Value.MaxInputs)
        {
            throw new InvalidRequestException(
                $"Invalid 'instances': there are {instances.Count}; at most {limits.Value.MaxInputs} can be answered at " +
                "a time.",
                "instances")
            { Fault = Fault.TooManyInputs, Amount = new(instances.Count, limits.Value.MaxInputs) };
        }

        var predictions = new List<object>(instances.Count);
        var summary = EmbeddingSummary.None;
        foreach (var instance in instances)
        {
            var reply = await handler.AnswerAsync(instance, cancellationToken);
            predictions.Add(reply.Body);
            summary = summary.And(reply.Summary);
        }

        return new(new TeiVertexResponse(predictions), summary);
    }
}
