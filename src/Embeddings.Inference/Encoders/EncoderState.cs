namespace Embeddings.Inference.Encoders;

/// <summary>Counts of an encoder.</summary>
/// <param name="QueuedTokens">Tokens that wait or are being run.</param>
/// <param name="Workers">Workers that work.</param>
/// <param name="WorkerDeaths">Workers that died and were replaced.</param>
/// <param name="CacheBytes">Bytes of vectors remembered.</param>
/// <param name="CacheHits">Sequences whose vector was remembered.</param>
/// <param name="CacheMisses">Sequences that had to be run although vectors are remembered.</param>
public sealed record EncoderState(long QueuedTokens, int Workers, int WorkerDeaths, long CacheBytes, long CacheHits, long CacheMisses);
