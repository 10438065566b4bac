namespace Embeddings.Inference.Scheduling;

/// <summary>What a <see cref="TokenQueue"/> makes of what it is given.</summary>
/// <param name="Lanes">Runs at a time.</param>
/// <param name="RunTokens">Tokens of a run, unless one window has more.</param>
/// <param name="MostTokens">Tokens that may wait or run.</param>
/// <param name="LongestWindow">Tokens of the longest window there can be.</param>
/// <param name="IsSingle">Whether every window has a run of its own: with dynamic quantisation, neighbours would change its vector.</param>
/// <param name="RunOverhead">What a run costs beside its tokens, in tokens: padding of fewer is worth a run that it saves.</param>
internal sealed record QueueShape(int Lanes, int RunTokens, long MostTokens, int LongestWindow, bool IsSingle, int RunOverhead);
