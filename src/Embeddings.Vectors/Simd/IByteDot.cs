using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Embeddings.Vectors.Simd;

/// <summary>
/// Adds up products of unsigned bytes (codes, 0 to 255) and signed bytes (a query, −63 to 63) in 32-bit integers,
/// exactly. Within ±63 the 16-bit sums of two products, which x86 makes on the way, cannot overflow: 2 · 255 · 63 &lt;
/// 2¹⁵.
/// </summary>
internal interface IByteDot<TSum>
    where TSum : struct
{
    /// <summary>Bytes taken by a step.</summary>
    static abstract int Width { get; }

    /// <summary>Whether <see cref="Step"/> takes a code as code − 128 already.</summary>
    static abstract bool IsCentred { get; }

    /// <summary>Adds the products of the next <see cref="Width"/> bytes.</summary>
    static abstract TSum Step(TSum sum, ref readonly byte codes, ref readonly sbyte query, nuint offset);

    static abstract int Total(TSum sum);
}

/// <summary>AVX-512BW: pairs in 16 bits, pairs of pairs in 32.</summary>
internal readonly struct Avx512ByteDot : IByteDot<Vector512<int>>
{
    public static int Width => Vector512<byte>.Count;

    public static bool IsCentred => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Step(
        Vector512<int> sum, ref readonly byte codes, ref readonly sbyte query, nuint offset) =>
        sum + Avx512BW.MultiplyAddAdjacent(
            Avx512BW.MultiplyAddAdjacent(Vector512.LoadUnsafe(in codes, offset), Vector512.LoadUnsafe(in query, offset)), Vector512<short>.One);

    public static int Total(Vector512<int> sum) => Vector512.Sum(sum);
}

/// <summary>AVX-VNNI: one instruction does it all.</summary>
internal readonly struct AvxVnniByteDot : IByteDot<Vector256<int>>
{
    public static int Width => Vector256<byte>.Count;

    public static bool IsCentred => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Step(
        Vector256<int> sum, ref readonly byte codes, ref readonly sbyte query, nuint offset) =>
        AvxVnni.MultiplyWideningAndAdd(
            sum, Vector256.LoadUnsafe(in codes, offset), Vector256.LoadUnsafe(in query, offset));

    public static int Total(Vector256<int> sum) => Vector256.Sum(sum);
}

/// <summary>AVX2, as AVX-512BW at half its width.</summary>
internal readonly struct Avx2ByteDot : IByteDot<Vector256<int>>
{
    public static int Width => Vector256<byte>.Count;

    public static bool IsCentred => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Step(
        Vector256<int> sum, ref readonly byte codes, ref readonly sbyte query, nuint offset) =>
        sum + Avx2.MultiplyAddAdjacent(
            Avx2.MultiplyAddAdjacent(Vector256.LoadUnsafe(in codes, offset), Vector256.LoadUnsafe(in query, offset)),
            Vector256<short>.One);

    public static int Total(Vector256<int> sum) => Vector256.Sum(sum);
}

/// <summary>Arm's dot-product instruction. It takes two signed operands, so a code is centred on the way.</summary>
internal readonly struct ArmByteDot : IByteDot<Vector128<int>>
{
    public static int Width => Vector128<byte>.Count;

    public static bool IsCentred => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Step(
        Vector128<int> sum, ref readonly byte codes, ref readonly sbyte query, nuint offset) =>
        Dp.DotProduct(
            sum, (Vector128.LoadUnsafe(in codes, offset) ^ Vector128.Create((byte)0x80)).AsSByte(),
            Vector128.LoadUnsafe(in query, offset));

    public static int Total(Vector128<int> sum) => Vector128.Sum(sum);
}

/// <summary>Any processor: widened to 16 bits, multiplied there (255 · 63 fits), added up in 32.</summary>
internal readonly struct PortableByteDot : IByteDot<Vector128<int>>
{
    public static int Width => Vector128<byte>.Count;

    public static bool IsCentred => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Step(
        Vector128<int> sum, ref readonly byte codes, ref readonly sbyte query, nuint offset)
    {
        var (codesLow, codesHigh) = Vector128.Widen(Vector128.LoadUnsafe(in codes, offset));
        var (queryLow, queryHigh) = Vector128.Widen(Vector128.LoadUnsafe(in query, offset));
        var (a, b) = Vector128.Widen((codesLow.AsInt16() * queryLow) + (codesHigh.AsInt16() * queryHigh));
        return sum + a + b;
    }

    public static int Total(Vector128<int> sum) => Vector128.Sum(sum);
}
