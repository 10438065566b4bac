using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Embeddings.Vectors.Index;

/// <summary>
/// The score of a hit. It is summed in double precision and in one fixed order. So it is the same number on every
/// processor, for one query or a batch, with codes or without.
/// </summary>
/// <remarks>A product of two floats is exact in a double, so a fused multiply-add could not change it either.</remarks>
internal static class ExactScore
{
    /// <summary>Floats must come in multiples of this, padded with zeros.</summary>
    public const int Alignment = 16;

    /// <summary>Dot product, Σ x·y.</summary>
    public static double Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y) => Sum<Product>(x, y);

    /// <summary>Squared Euclidean distance, Σ (x − y)².</summary>
    public static double SquaredDistance(ReadOnlySpan<float> x, ReadOnlySpan<float> y) => Sum<SquaredDifference>(x, y);

    /// <summary>Dot product Σ x·y, and squared length Σ y².</summary>
    public static (double Dot, double Square) DotAndSquare(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        ref var a = ref MemoryMarshal.GetReference(x);
        ref var b = ref MemoryMarshal.GetReference(y);
        var (dotEven, dotOdd, squareEven, squareOdd) = (
            Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero);
        for (nuint i = 0; i < (nuint)x.Length; i += Alignment)
        {
            var (a0, a1) = Widen(ref a, i);
            var (b0, b1) = Widen(ref b, i);
            dotEven += a0 * b0;
            dotOdd += a1 * b1;
            squareEven += b0 * b0;
            squareOdd += b1 * b1;
        }

        return (Total(dotEven + dotOdd), Total(squareEven + squareOdd));
    }

    private interface ITerm
    {
        static abstract Vector512<double> Of(Vector512<double> x, Vector512<double> y);
    }

    private readonly struct Product : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<double> Of(Vector512<double> x, Vector512<double> y) => x * y;
    }

    private readonly struct SquaredDifference : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<double> Of(Vector512<double> x, Vector512<double> y) => (x - y) * (x - y);
    }

    // Compiled in full at its first call: in a new process the first 30,000 scores took longer than a map of 1,000 texts.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Sum<TTerm>(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
        where TTerm : struct, ITerm
    {
        ref var a = ref MemoryMarshal.GetReference(x);
        ref var b = ref MemoryMarshal.GetReference(y);
        var (even, odd) = (Vector512<double>.Zero, Vector512<double>.Zero);
        for (nuint i = 0; i < (nuint)x.Length; i += Alignment)
        {
            var (a0, a1) = Widen(ref a, i);
            var (b0, b1) = Widen(ref b, i);
            even += TTerm.Of(a0, b0);
            odd += TTerm.Of(a1, b1);
        }

        return Total(even + odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<double> Low, Vector512<double> High) Widen(ref readonly float source, nuint offset) =>
        Vector512.Widen(Vector512.LoadUnsafe(in source, offset));

    // Halved step by step, since the order of Vector512.Sum depends on the processor's width.
    private static double Total(Vector512<double> sum)
    {
        var half = sum.GetLower() + sum.GetUpper();
        var quarter = half.GetLower() + half.GetUpper();
        return quarter[0] + quarter[1];
    }
}
