using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace Embeddings.Analysis.Numerics;

/// <summary>
/// Sums over vectors of doubles in an order that does not depend on the processor: always eight partial sums, added in
/// the same order at the end.
/// </summary>
internal static class DoubleMath
{
    /// <summary>Dot product, Σ x·y.</summary>
    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var sums = Vector512<double>.Zero;
        var i = 0;
        for (; i <= x.Length - Vector512<double>.Count; i += Vector512<double>.Count)
        {
            sums += Vector512.Create(x[i..]) * Vector512.Create(y[i..]);
        }

        var sum = 0.0;
        for (var lane = 0; lane < Vector512<double>.Count; lane++)
        {
            sum += sums[lane];
        }

        for (; i < x.Length; i++)
        {
            sum += x[i] * y[i];
        }

        return sum;
    }

    /// <summary>target += factor · x.</summary>
    public static void AddScaled(double factor, ReadOnlySpan<double> x, Span<double> target) =>
        TensorPrimitives.MultiplyAdd(x, factor, target, target);
}
