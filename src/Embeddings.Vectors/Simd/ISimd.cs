namespace Embeddings.Vectors.Simd;

/// <summary>
/// A register width. A kernel is written once and compiled for each: 512, 256 and 128 bits.
/// </summary>
/// <remarks>The runtime compiles generic code for each struct, so the interface costs nothing at run time.</remarks>
internal interface ISimd<TVector>
    where TVector : struct
{
    /// <summary>Floats in a register.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(ref readonly float source, nuint offset);

    static abstract void Store(TVector vector, ref float destination, nuint offset);

    static abstract TVector Broadcast(float value);

    static abstract TVector Add(TVector x, TVector y);

    static abstract TVector Subtract(TVector x, TVector y);

    static abstract TVector Multiply(TVector x, TVector y);

    /// <summary>x · y + sum; fused where the processor can.</summary>
    static abstract TVector MultiplyAdd(TVector x, TVector y, TVector sum);

    static abstract float Sum(TVector vector);

    /// <summary>One bit a lane, lane 0 lowest, set unless x &lt; y: also where either is not a number.</summary>
    static abstract ulong NotLess(TVector x, TVector y);
}
