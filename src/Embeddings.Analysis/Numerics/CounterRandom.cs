namespace Embeddings.Analysis.Numerics;

/// <summary>
/// Random numbers as a function of a seed and two counters: number (stream, index) is the same whoever asks for it, in
/// whatever order, so a loop over threads draws the same numbers as a loop on one. The function is SplitMix64's
/// finalizer (Steele, Lea and Flood 2014, with Stafford's constants) over a Weyl sequence. Thread-safe: it has no
/// state.
/// </summary>
internal readonly struct CounterRandom(ulong seed)
{
    private readonly ulong _seed = Mix(seed + GoldenRatio);

    private const ulong GoldenRatio = 0x9E3779B97F4A7C15;

    /// <summary>64 random bits.</summary>
    public ulong Bits(ulong stream, ulong index) => Mix(Mix(_seed ^ (stream * GoldenRatio)) + (index * GoldenRatio));

    /// <summary>A number in [0, 1), a multiple of 2⁻⁵³.</summary>
    public double Uniform(ulong stream, ulong index) => (Bits(stream, index) >> 11) * (1.0 / (1UL << 53));

    /// <summary>An integer in [0, <paramref name="bound"/>); its bias is at most bound / 2⁶⁴.</summary>
    public int Below(int bound, ulong stream, ulong index) =>
        (int)Math.BigMul(Bits(stream, index), (ulong)bound, out _);

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
