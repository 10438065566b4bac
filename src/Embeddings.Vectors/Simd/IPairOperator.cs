using System.Runtime.CompilerServices;

namespace Embeddings.Vectors.Simd;

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
