using System.Diagnostics.Metrics;

namespace Embeddings.Api.Telemetry;

/// <summary>
/// Counts inputs and tokens of every route that embeds, by model; read it with
/// <c>dotnet-counters monitor --counters Embeddings.Api</c>.
/// </summary>
internal sealed class EmbeddingsMetrics
{
    private readonly Counter<long> _inputs;
    private readonly Counter<long> _tokens;
    private readonly Counter<long> _truncated;
    private readonly Counter<long> _tokenArrays;
    private readonly TokenRate _rate;

    public EmbeddingsMetrics(IMeterFactory factory, TokenRate rate)
    {
        _rate = rate;
        var meter = factory.Create("Embeddings.Api");
        _inputs = meter.CreateCounter<long>("embeddings.inputs", "{input}", "Inputs embedded");
        _tokens = meter.CreateCounter<long>("embeddings.tokens", "{token}", "Tokens read");
        _truncated = meter.CreateCounter<long>(
            "embeddings.inputs.truncated", "{input}", "Inputs whose end was cut off");
        _tokenArrays = meter.CreateCounter<long>(
            "embeddings.inputs.token_ids", "{input}", "Inputs that came as token ids");
    }

    public void Count(string model, int inputs, long tokens, int truncated)
    {
        var tag = new KeyValuePair<string, object?>("model", model);
        _inputs.Add(inputs, tag);
        _tokens.Add(tokens, tag);
        _truncated.Add(truncated, tag);
        _rate.Add(tokens);
    }

    public void CountTokenIds(string model, int inputs) =>
        _tokenArrays.Add(inputs, new KeyValuePair<string, object?>("model", model));
}
