namespace Embeddings.Vectors;

/// <summary>
/// Vectors in fewer bytes, as other programs store and compare them. Pure functions, safe for any number of threads.
/// </summary>
public static class VectorCodes
{
    /// <summary>
    /// The range of 8-bit codes for unit vectors of which nothing else is known: 4 / √dimensions. A number of such a
    /// vector is 1 / √dimensions in the root mean square, and hardly one in ten thousand is four times as large if they
    /// are distributed normally.
    /// </summary>
    public static float UsualRange(int dimensions) => 4 / MathF.Sqrt(dimensions);

    /// <summary>
    /// 8-bit codes: 127 · x / range, rounded to the nearest integer, the even one of two, and held between −128 and
    /// 127. Their cosines and distances are those of the vectors, nearly.
    /// </summary>
    /// <param name="vector">[dimensions]; finite.</param>
    /// <param name="range">The number that becomes 127, above 0.</param>
    /// <param name="codes">[dimensions]</param>
    public static void Quantize(ReadOnlySpan<float> vector, float range, Span<sbyte> codes)
    {
        CheckLength(codes.Length, vector.Length);
        for (var i = 0; i < vector.Length; i++)
        {
            codes[i] = (sbyte)Math.Clamp(MathF.Round(127 * vector[i] / range), sbyte.MinValue, sbyte.MaxValue);
        }
    }

    /// <summary>Bytes of the signs of a vector: 8 a byte.</summary>
    public static int BytesOfSigns(int dimensions) => (dimensions + 7) / 8;

    /// <summary>
    /// A bit for each number, 1 above 0; eight a byte, the first in the most significant bit. Bits of the last byte
    /// that no number has are 0.
    /// </summary>
    /// <param name="vector">[dimensions]</param>
    /// <param name="bits">[<see cref="BytesOfSigns"/>]</param>
    public static void Signs(ReadOnlySpan<float> vector, Span<byte> bits)
    {
        CheckLength(bits.Length, BytesOfSigns(vector.Length));
        bits.Clear();
        for (var i = 0; i < vector.Length; i++)
        {
            if (vector[i] > 0)
            {
                bits[i / 8] |= (byte)(0x80 >> (i % 8));
            }
        }
    }

    private static void CheckLength(int actual, int expected)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"The codes take {expected} bytes, and there is room for {actual}.");
        }
    }
}
