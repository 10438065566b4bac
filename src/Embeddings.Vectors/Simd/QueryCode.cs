using System.Numerics.Tensors;

namespace Embeddings.Vectors.Simd;

/// <summary>
/// A query in 13 bits a coordinate: value ≈ Step · (127 · High + Low), both parts within ±63. Finer than the rows' 8 bits, because it costs a
/// second multiplication of bytes that are in a register already, and halves the error that has to be allowed for.
/// </summary>
internal readonly struct QueryCode
{
    private const int Largest = (127 * 63) + 63;

    /// <summary>Quantises a query; the code is padded with zeros to whole steps of the kernel.</summary>
    public QueryCode(ReadOnlySpan<float> query)
    {
        var stride = (query.Length + CodeKernel.Alignment - 1) / CodeKernel.Alignment * CodeKernel.Alignment;
        High = new sbyte[stride];
        Low = new sbyte[stride];
        Step = Math.Abs(TensorPrimitives.MaxMagnitude(query)) / Largest;
        var residual = 0.0;
        for (var i = 0; i < query.Length; i++)
        {
            var code = Step > 0 ? (int)MathF.Round(Math.Clamp(query[i] / Step, -Largest, Largest)) : 0;
            var high = (int)MathF.Round(code / 127f);
            High[i] = (sbyte)high;
            Low[i] = (sbyte)(code - (127 * high));
            HighOffset += 128 * high;
            LowOffset += 128 * Low[i];
            var error = query[i] - ((double)Step * code);
            residual += error * error;
        }

        Residual = (float)Math.Sqrt(residual);
    }

    public sbyte[] High { get; }

    public sbyte[] Low { get; }

    /// <summary>What the codes' offset of 128 adds to the sums of the high parts.</summary>
    public int HighOffset { get; }

    /// <summary>What the codes' offset of 128 adds to the sums of the low parts.</summary>
    public int LowOffset { get; }

    /// <summary>The value of one unit.</summary>
    public float Step { get; }

    /// <summary>‖query − its code‖.</summary>
    public float Residual { get; }
}
