using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Embeddings.Vectors.Simd;

/// <summary>Dot products of 8-bit rows with a query in 7-bit parts, in exact integer arithmetic.</summary>
internal static class CodeKernel
{
    /// <summary>Rows of codes are padded to a multiple of this: the widest step there is.</summary>
    public const int Alignment = 64;

    /// <summary>Name of the instructions in use, for benchmarks.</summary>
    public static string Instructions =>
        Avx512BW.IsSupported
            ? "AVX-512BW"
            : AvxVnni.IsSupported ? "AVX-VNNI" : Avx2.IsSupported ? "AVX2" : Dp.IsSupported ? "Arm DotProd" : "portable";

    /// <summary>
    /// Rows of codes, 128 standing for zero, × one part of a query → dots[i] = Σ (code − 128) · part.
    /// </summary>
    public static void Dot(ReadOnlySpan<byte> codes, in QueryPart query, Span<int> dots)
    {
        if (Avx512BW.IsSupported)
        {
            Dot<Avx512ByteDot, Vector512<int>>(codes, query, dots);
        }
        else if (AvxVnni.IsSupported)
        {
            Dot<AvxVnniByteDot, Vector256<int>>(codes, query, dots);
        }
        else if (Avx2.IsSupported)
        {
            Dot<Avx2ByteDot, Vector256<int>>(codes, query, dots);
        }
        else if (Dp.IsSupported)
        {
            Dot<ArmByteDot, Vector128<int>>(codes, query, dots);
        }
        else
        {
            Dot<PortableByteDot, Vector128<int>>(codes, query, dots);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dot<TByteDot, TSum>(ReadOnlySpan<byte> codes, in QueryPart query, Span<int> dots)
        where TByteDot : struct, IByteDot<TSum>
        where TSum : struct
    {
        var stride = (nuint)query.Codes.Length;
        var offset = TByteDot.IsCentred ? 0 : query.Offset;
        ref var part = ref MemoryMarshal.GetArrayDataReference(query.Codes);
        ref var row = ref MemoryMarshal.GetReference(codes);
        for (var i = 0; i < dots.Length; i++)
        {
            TSum sum = default;
            for (nuint at = 0; at < stride; at += (nuint)TByteDot.Width)
            {
                sum = TByteDot.Step(sum, in row, in part, at);
            }

            dots[i] = TByteDot.Total(sum) - offset;
            row = ref Unsafe.Add(ref row, stride);
        }
    }
}
