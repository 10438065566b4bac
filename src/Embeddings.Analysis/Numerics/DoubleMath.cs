using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace Embeddings.Analysis.Numerics;

/// <summary>
/// Sums in double precision in an order that does not depend on the processor: always eight partial sums, added in the
/// same order at the end.
/// </summary>
internal static class DoubleMath
{
    private const int Lanes = 8;

    /// <summary>Dot product, Σ x·y.</summary>
    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var (low, high) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            low += Vector256.Create(x[i..]) * Vector256.Create(y[i..]);
            high += Vector256.Create(x[(i + (Lanes / 2))..]) * Vector256.Create(y[(i + (Lanes / 2))..]);
        }

        var sum = Total(low, high);
        for (; i < x.Length; i++)
        {
            sum += x[i] * y[i];
        }

        return sum;
    }

    /// <summary>Dot product of floats; their products are exact.</summary>
    public static double Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var (low, high) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            var (xLow, xHigh) = Vector256.Widen(Vector256.Create(x[i..]));
            var (yLow, yHigh) = Vector256.Widen(Vector256.Create(y[i..]));
            low += xLow * yLow;
            high += xHigh * yHigh;
        }

        var sum = Total(low, high);
        for (; i < x.Length; i++)
        {
            sum += (double)x[i] * y[i];
        }

        return sum;
    }

    /// <summary>Σ (x − y)².</summary>
    public static double SquaredDistance(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var (low, high) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            var (xLow, xHigh) = Vector256.Widen(Vector256.Create(x[i..]));
            var (yLow, yHigh) = Vector256.Widen(Vector256.Create(y[i..]));
            var (byLow, byHigh) = (xLow - yLow, xHigh - yHigh);
            low += byLow * byLow;
            high += byHigh * byHigh;
        }

        var sum = Total(low, high);
        for (; i < x.Length; i++)
        {
            var difference = (double)x[i] - y[i];
            sum += difference * difference;
        }

        return sum;
    }

    /// <summary>target += factor · x.</summary>
    public static void AddScaled(double factor, ReadOnlySpan<double> x, Span<double> target) =>
        TensorPrimitives.MultiplyAdd(x, factor, target, target);

    /// <summary>target += x.</summary>
    public static void Add(ReadOnlySpan<float> x, Span<double> target)
    {
        var i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(x[i..]));
            var upper = target[(i + (Lanes / 2))..];
            (Vector256.Create<double>(target[i..]) + low).CopyTo(target[i..]);
            (Vector256.Create<double>(upper) + high).CopyTo(upper);
        }

        for (; i < x.Length; i++)
        {
            target[i] += x[i];
        }
    }

    private static double Total(Vector256<double> low, Vector256<double> high)
    {
        var sum = 0.0;
        for (var lane = 0; lane < Lanes / 2; lane++)
        {
            sum += low[lane];
        }

        for (var lane = 0; lane < Lanes / 2; lane++)
        {
            sum += high[lane];
        }

        return sum;
    }
}
