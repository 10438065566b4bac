using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Embeddings.Analysis.Projection;

/// <summary>
/// The gradient of UMAP's cross entropy for eight pairs of positions at a time. Multiplications and additions are not
/// fused, so that every processor gives the same bits.
/// </summary>
internal readonly struct UmapForces(UmapCurve curve)
{
    // The gradient of one pair moves a coordinate by at most this much.
    private const float Clip = 4;

    // Keeps the repulsion of equal positions finite.
    private const float Smoothing = 0.001f;

    private const float SmallestSquare = 1e-12f;

    private readonly Vector256<float> _a = Vector256.Create((float)curve.A);
    private readonly Vector256<float> _b = Vector256.Create((float)curve.B);
    private readonly Vector256<float> _attraction = Vector256.Create((float)(-2 * curve.A * curve.B));
    private readonly Vector256<float> _repulsion = Vector256.Create((float)(2 * curve.B));

    /// <summary>
    /// What a difference of coordinates is multiplied by to attract; the square is that of the distance.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Attraction(Vector256<float> square)
    {
        square = Vector256.Max(square, Vector256.Create(SmallestSquare));
        var power = Power(square, _b);
        return _attraction * power / (square * ((_a * power) + Vector256<float>.One));
    }

    /// <summary>The same to repel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Repulsion(Vector256<float> square) =>
        _repulsion / ((Vector256.Create(Smoothing) + square) * ((_a * Power(square, _b)) + Vector256<float>.One));

    /// <summary>Cut to ±4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Clipped(Vector256<float> force) =>
        Vector256.MinNative(Vector256.MaxNative(force, Vector256.Create(-Clip)), Vector256.Create(Clip));

    // 2^(y log₂ x) by polynomials through Chebyshev's nodes, to 2e-5 of its value: the steps are noisier than that.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Power(Vector256<float> x, Vector256<float> y)
    {
        var bits = x.AsInt32();
        var exponent = Vector256.ConvertToSingle((bits >>> 23) - Vector256.Create(127));
        var t = ((bits & Vector256.Create(0x7FFFFF)) | Vector256.Create(0x3F800000)).AsSingle() - Vector256<float>.One;
        var log = Vector256.Create(-0.03382204596895592f);
        log = (log * t) + Vector256.Create(0.14447109569877475f);
        log = (log * t) + Vector256.Create(-0.30163800973500726f);
        log = (log * t) + Vector256.Create(0.46865887914367105f);
        log = (log * t) + Vector256.Create(-0.720358772675779f);
        log = (log * t) + Vector256.Create(1.4426814680651516f);
        var product = y * ((log * t) + exponent);
        product = Vector256.MinNative(Vector256.MaxNative(product, Vector256.Create(-126f)), Vector256.Create(127f));
        var whole = Vector256.Floor(product);
        t = product - whole;
        var exp = Vector256.Create(0.012763113885724063f);
        exp = (exp * t) + Vector256.Create(0.05344102927072163f);
        exp = (exp * t) + Vector256.Create(0.2406470481211547f);
        exp = (exp * t) + Vector256.Create(0.6931339926201506f);
        exp = (exp * t) + Vector256<float>.One;
        var scale = ((Vector256.ConvertToInt32Native(whole) + Vector256.Create(127)) << 23).AsSingle();
        return exp * scale;
    }
}
