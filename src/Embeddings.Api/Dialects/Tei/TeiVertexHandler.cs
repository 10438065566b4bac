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
        var inputs = instances.Select(InputsOf).Sum();
        if (inputs > limits.Value.MaxInputs)
        {
            throw new InvalidRequestException(
                $"Invalid 'instances': they have {inputs} inputs; at most {limits.Value.MaxInputs} can be answered at a " +
                "time.",
                "instances")
            { Fault = Fault.TooManyInputs, Amount = new(inputs, limits.Value.MaxInputs) };
        }

        var predictions = new List<object>(instances.Count);
        var summary = EmbeddingSummary.None;
        foreach (var instance in instances)
        {
            // Once a part is done, the rest is taken even if much waits.
            var reply = await handler.AnswerAsync(
                instance! with { IsBegun = predictions.Count > 0 }, cancellationToken);
            predictions.Add(reply.Body);
            summary = summary.And(reply.Summary);
        }

        return new(new TeiVertexResponse(predictions), summary);
    }

    // An empty instance counts as well, and gets its own failure.
    private static long InputsOf(TeiRequest? instance, int index) => instance is null
        ? throw new InvalidRequestException($"`instances[{index}]` cannot be null", "instances")
        { Fault = Fault.WrongShape }
        : Math.Max(1, instance.Inputs?.Items.Count ?? instance.Texts?.Count ?? instance.Documents?.Count ?? 1);
}
