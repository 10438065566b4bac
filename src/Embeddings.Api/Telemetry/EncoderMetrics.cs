using System.Diagnostics.Metrics;
using Embeddings.Inference.Encoders;

namespace Embeddings.Api.Telemetry;

/// <summary>
/// Metrics of the encoders, by model: tokens that wait, workers, the cache of vectors. Models that are not loaded yet
/// are left out.
/// </summary>
internal static class EncoderMetrics
{
    public static void Observe(IMeterFactory factory, Func<IEnumerable<(string Model, EncoderState State)>> models)
    {
        var meter = factory.Create("Embeddings.Api");
        meter.CreateObservableGauge(
            "embeddings.queue.tokens",
            () => Of(models, state => state.QueuedTokens),
            "{token}",
            "Tokens that wait or are being embedded");
        meter.CreateObservableGauge(
            "embeddings.workers",
            () => Of(models, state => state.Workers),
            "{worker}",
            "Workers whose batch has run for less than 30 s, or that have none");
        meter.CreateObservableCounter(
            "embeddings.workers.deaths",
            () => Of(models, state => state.WorkerDeaths),
            "{worker}",
            "Workers that died and were replaced");
        meter.CreateObservableGauge(
            "embeddings.cache.bytes", () => Of(models, state => state.CacheBytes), "By", "Bytes of cached vectors");
        meter.CreateObservableCounter(
            "embeddings.cache.hits",
            () => Of(models, state => state.CacheHits),
            "{input}",
            "Vectors taken from the cache");
        meter.CreateObservableCounter(
            "embeddings.cache.misses",
            () => Of(models, state => state.CacheMisses),
            "{input}",
            "Vectors that were not in the cache");
    }

    private static IEnumerable<Measurement<long>> Of(
        Func<IEnumerable<(string Model, EncoderState State)>> models, Func<EncoderState, long> value) =>
        models().Select(model => new Measurement<long>(
            value(model.State), new KeyValuePair<string, object?>("model", model.Model)));
}
