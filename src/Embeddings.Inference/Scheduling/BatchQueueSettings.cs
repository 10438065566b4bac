namespace Embeddings.Inference.Scheduling;

/// <summary>What a <see cref="BatchQueue"/> makes of what it is given.</summary>
/// <param name="Workers">Runs at a time.</param>
/// <param name="BatchTokens">Tokens of a run, unless one item has more.</param>
/// <param name="MostTokens">Tokens that may wait or run.</param>
/// <param name="LongestItem">Tokens of the longest item there can be.</param>
/// <param name="IsSingle">Whether every item has a run of its own: with dynamic quantisation, neighbours would change its vector.</param>
/// <param name="BatchOverhead">What a run costs beside its tokens, in tokens: padding of fewer is worth a run that it saves.</param>
internal sealed record BatchQueueSettings(int Workers, int BatchTokens, long MostTokens, int LongestItem, bool IsSingle, int BatchOverhead);
