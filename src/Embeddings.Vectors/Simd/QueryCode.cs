using System.Numerics.Tensors;

namespace Embeddings.Vectors.Simd;

/// <summary>7 bits of each coordinate of a query, padded with zeros to whole steps of the kernel.</summary>
/// <param name="Codes">−63 to 63.</param>
/// <param name="Offset">What the rows' 128-for-zero adds to a sum of products.</param>
internal readonly record struct QueryPart(sbyte[] Codes, int Offset);

/// <summary>
/// A query in small integers: value ≈ Unit · (127 · High + Low). A scan multiplies rows with the high part alone, up to
/// an error of <see cref="CoarseResidual"/>. Only the few rows that this cannot exclude are multiplied with the low
/// part, too.
/// </summary>
internal sealed class QueryCode
{
    /// <summary>What a unit of the high part counts for, in units of the low part.</summary>
    public const int HighWeight = 127;

    private const int Largest = (HighWeight * 63) + 63;

    /// <summary>Quantises a query.</summary>
    public QueryCode(ReadOnlySpan<float> query)
    {
        var stride = (query.Length + CodeKernel.Alignment - 1) / CodeKernel.Alignment * CodeKernel.Alignment;
        var (high, low) = (new sbyte[stride], new sbyte[stride]);
        Unit = Math.Abs(TensorPrimitives.MaxMagnitude(query)) / Largest;
        var (coarse, fine) = (0.0, 0.0);
        for (var i = 0; i < query.Length; i++)
        {
            var code = Unit > 0 ? (int)MathF.Round(Math.Clamp(query[i] / Unit, -Largest, Largest)) : 0;
            high[i] = (sbyte)MathF.Round(code / (float)HighWeight);
            low[i] = (sbyte)(code - (HighWeight * high[i]));
            var (coarseGap, fineGap) = (
                query[i] - ((double)Unit * HighWeight * high[i]), query[i] - ((double)Unit * code));
            coarse += coarseGap * coarseGap;
            fine += fineGap * fineGap;
        }

        (High, Low) = (Part(high), Part(low));
        // Rounded up: the residual of a very small query would otherwise be rounded to zero.
        (CoarseResidual, Residual) = (
            MathF.BitIncrement((float)Math.Sqrt(coarse)), MathF.BitIncrement((float)Math.Sqrt(fine)));
    }

    public QueryPart High { get; }

    public QueryPart Low { get; }

    /// <summary>The value of one unit of the low part.</summary>
    public float Unit { get; }

    /// <summary>‖query − its high part‖.</summary>
    public float CoarseResidual { get; }

    /// <summary>‖query − its code‖.</summary>
    public float Residual { get; }

    private static QueryPart Part(sbyte[] codes) => new(codes, 128 * codes.Sum(code => (int)code));
}
