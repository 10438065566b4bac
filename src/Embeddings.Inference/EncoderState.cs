namespace Embeddings.Inference;

/// <summary>Counts of an encoder.</summary>
/// <param name="QueuedTokens">Tokens that wait or are being run.</param>
/// <param name="Lanes">Lanes that work.</param>
/// <param name="LaneDeaths">Lanes that died and were replaced.</param>
/// <param name="CacheBytes">Bytes of vectors remembered.</param>
/// <param name="CacheHits">Windows whose vector was remembered.</param>
/// <param name="CacheMisses">Windows that had to be run although vectors are remembered.</param>
public sealed record EncoderState(long QueuedTokens, int Lanes, int LaneDeaths, long CacheBytes, long CacheHits, long CacheMisses);
