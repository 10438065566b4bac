using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Embeddings.Vectors.Index;

/// <summary>Quantises rows to 8 bits a coordinate: value ≈ scale · (code − 128), codes 1 to 255.</summary>
internal static class RowEncoder
{
    // The largest error of a scan's float arithmetic, relative to ‖query‖·‖row‖: fewer than ten roundings of 2⁻²⁴ each,
    // of terms up to three times as large.
    private const double Rounding = 1.0 / (1 << 18);

    // A lane sums at most 2¹⁴ squares. Such a sum of floats is too small by at most 2⁻¹⁰ of itself, and its root by
    // half as much.
    private const double SumMargin = 1.001;

    // A shorter row cannot be scaled to length 1 in floats. Its cosine is always computed.
    private const double SmallestNorm = 1e-30;

    private const float SmallestScale = 1.17549435e-38f;
    private const int Step = 16;

    /// <summary>Writes a row's codes.</summary>
    /// <param name="row">A multiple of 16 floats, padded with zeros.</param>
    /// <param name="norm">‖row‖.</param>
    /// <param name="normalize">Whether the codes are those of the row at length 1.</param>
    /// <param name="codes">At least as many.</param>
    /// <returns>
    /// The value of one unit, and an upper bound of ‖row − its code‖ plus the error of a scan's arithmetic.
    /// </returns>
    public static (float Scale, float Error) Encode(
        ReadOnlySpan<float> row, double norm, bool normalize, Span<byte> codes)
    {
        if (normalize && norm < SmallestNorm)
        {
            codes[..row.Length].Fill(128);
            return (0, norm > 0 ? 2 : 0);
        }

        var factor = normalize ? (float)(1 / norm) : 1;
        var length = normalize ? 1 : norm;
        var scale = Math.Abs(TensorPrimitives.MaxMagnitude(row)) * factor / 127;
        if (scale < SmallestScale)
        {
            codes[..row.Length].Fill(128);
            return (0, (float)(length * (1 + Rounding)) + SmallestScale);
        }

        return (scale, MathF.BitIncrement(
            (float)((Math.Sqrt(Write(row, factor, scale, codes)) * scale * SumMargin) + (length * Rounding))));
    }

    // Encodes 16 coordinates at a time, since every processor has vectors of 16 bytes. Returns the sum of squared
    // errors in units of the scale, since the squares of small rows would be zero.
    private static float Write(ReadOnlySpan<float> row, float factor, float scale, Span<byte> codes)
    {
        ref var source = ref MemoryMarshal.GetReference(row);
        ref var target = ref MemoryMarshal.GetReference(codes);
        var errors = Vector128<float>.Zero;
        for (nuint i = 0; i < (nuint)row.Length; i += Step)
        {
            var a = Quantize(Vector128.LoadUnsafe(in source, i), factor, scale, ref errors);
            var b = Quantize(Vector128.LoadUnsafe(in source, i + 4), factor, scale, ref errors);
            var c = Quantize(Vector128.LoadUnsafe(in source, i + 8), factor, scale, ref errors);
            var d = Quantize(Vector128.LoadUnsafe(in source, i + 12), factor, scale, ref errors);
            Vector128.Narrow(Vector128.Narrow(a, b).AsUInt16(), Vector128.Narrow(c, d).AsUInt16()).StoreUnsafe(
                ref target, i);
        }

        return Vector128.Sum(errors);
    }

    private static Vector128<int> Quantize(
        Vector128<float> values, float factor, float scale, ref Vector128<float> errors)
    {
        values *= factor;
        var exact = values / Vector128.Create(scale);
        var units = Vector128.Min(
            Vector128.Max(Vector128.Round(exact), Vector128.Create(-127f)), Vector128.Create(127f));
        var error = exact - units;
        errors += error * error;
        return Vector128.ConvertToInt32(units) + Vector128.Create(128);
    }
}
