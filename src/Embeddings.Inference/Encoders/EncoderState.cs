namespace Embeddings.Inference.Encoders;

/// <summary>Counts of an encoder.</summary>
/// <param name="QueuedTokens">Tokens that wait or run.</param>
/// <param name="Workers">Workers of which no batch has run for 30 s or longer.</param>
/// <param name="WorkerDeaths">Workers that died and were replaced.</param>
/// <param name="CacheBytes">Bytes of vectors remembered.</param>
/// <param name="CacheHits">Sequences whose vector was remembered.</param>
/// <param name="CacheMisses">Sequences whose vector was not remembered; 0 without a cache.</param>
public sealed record EncoderState(
    long QueuedTokens, int Workers, int WorkerDeaths, long CacheBytes, long CacheHits, long CacheMisses);
