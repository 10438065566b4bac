using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Embeddings.Vectors.Simd;

/// <summary>
/// Sums an operator over the coordinates of two vectors, or of one vector and each row of a matrix. The caller checks
/// lengths.
/// </summary>
internal static class PairKernel<TOperator>
    where TOperator : struct, IPairOperator
{
    public static float Reduce(ReadOnlySpan<float> x, ReadOnlySpan<float> y) =>
        Vector512.IsHardwareAccelerated && x.Length >= Vector512<float>.Count ? Reduce<Simd512, Vector512<float>>(x, y)
        : Vector256.IsHardwareAccelerated
            && x.Length >= Vector256<float>.Count ? Reduce<Simd256, Vector256<float>>(x, y)
        : Reduce<Simd128, Vector128<float>>(x, y);

    /// <summary>Row-major rows of query.Length floats each → one sum a row.</summary>
    public static void OneToMany(ReadOnlySpan<float> query, ReadOnlySpan<float> rows, Span<float> sums)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            OneToMany<Simd512, Vector512<float>>(query, rows, sums);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            OneToMany<Simd256, Vector256<float>>(query, rows, sums);
        }
        else
        {
            OneToMany<Simd128, Vector128<float>>(query, rows, sums);
        }
    }

    // Four sums side by side hide the latency of the addition.
    private static float Reduce<TSimd, TVector>(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        ref var a = ref MemoryMarshal.GetReference(x);
        ref var b = ref MemoryMarshal.GetReference(y);
        var width = (nuint)TSimd.Count;
        var length = (nuint)x.Length;
        nuint i = 0;
        var s0 = TSimd.Broadcast(0);
        if (length >= 4 * width)
        {
            var (s1, s2, s3) = (s0, s0, s0);
            for (; i + (4 * width) <= length; i += 4 * width)
            {
                s0 = TOperator.Step<TSimd, TVector>(TSimd.Load(in a, i), TSimd.Load(in b, i), s0);
                s1 = TOperator.Step<TSimd, TVector>(TSimd.Load(in a, i + width), TSimd.Load(in b, i + width), s1);
                s2 = TOperator.Step<TSimd, TVector>(
                    TSimd.Load(in a, i + (2 * width)), TSimd.Load(in b, i + (2 * width)), s2);
                s3 = TOperator.Step<TSimd, TVector>(
                    TSimd.Load(in a, i + (3 * width)), TSimd.Load(in b, i + (3 * width)), s3);
            }

            s0 = TSimd.Add(TSimd.Add(s0, s1), TSimd.Add(s2, s3));
        }

        for (; i + width <= length; i += width)
        {
            s0 = TOperator.Step<TSimd, TVector>(TSimd.Load(in a, i), TSimd.Load(in b, i), s0);
        }

        return Tail(ref a, ref b, i, length, TSimd.Sum(s0));
    }

    // Row after row, since memory is fastest in order. Four rows side by side share the loads of the query, but took
    // 1.4 times as long.
    private static void OneToMany<TSimd, TVector>(ReadOnlySpan<float> query, ReadOnlySpan<float> rows, Span<float> sums)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        for (var row = 0; row < sums.Length; row++)
        {
            sums[row] = Reduce<TSimd, TVector>(query, rows.Slice(row * query.Length, query.Length));
        }
    }

    private static float Tail(ref float x, ref float y, nuint i, nuint length, float sum)
    {
        for (; i < length; i++)
        {
            sum = TOperator.Step(Unsafe.Add(ref x, i), Unsafe.Add(ref y, i), sum);
        }

        return sum;
    }
}

/// <summary>
/// An operation that is summed over the coordinates of two vectors. A new operation is one more struct.
/// </summary>
internal interface IPairOperator
{
    static abstract TVector Step<TSimd, TVector>(TVector x, TVector y, TVector sum)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;

    static abstract float Step(float x, float y, float sum);
}

/// <summary>Dot product, Σ x·y.</summary>
internal readonly struct DotOperator : IPairOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Step<TSimd, TVector>(TVector x, TVector y, TVector sum)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.MultiplyAdd(x, y, sum);

    public static float Step(float x, float y, float sum) => sum + (x * y);
}

/// <summary>Squared Euclidean distance, Σ (x − y)².</summary>
internal readonly struct SquaredDistanceOperator : IPairOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Step<TSimd, TVector>(TVector x, TVector y, TVector sum)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        var difference = TSimd.Subtract(x, y);
        return TSimd.MultiplyAdd(difference, difference, sum);
    }

    public static float Step(float x, float y, float sum) => sum + ((x - y) * (x - y));
}
