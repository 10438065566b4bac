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

    /// <summary>The instructions in use, for those who measure.</summary>
    public static string Instructions =>
        Avx512BW.IsSupported ? "AVX-512BW" : AvxVnni.IsSupported ? "AVX-VNNI" : Avx2.IsSupported ? "AVX2" : Dp.IsSupported ? "Arm DotProd" : "portable";

    /// <summary>Rows of codes, 128 standing for zero, × one part of a query → dots[i] = Σ (code − 128) · part.</summary>
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
        ref var r0 = ref MemoryMarshal.GetReference(codes);
        var i = 0;
        for (; i + 4 <= dots.Length; i += 4)
        {
            // Four rows share each load of the query, and hide the latency of the additions.
            ref var r1 = ref Unsafe.Add(ref r0, stride);
            ref var r2 = ref Unsafe.Add(ref r1, stride);
            ref var r3 = ref Unsafe.Add(ref r2, stride);
            var (s0, s1, s2, s3) = (default(TSum), default(TSum), default(TSum), default(TSum));
            for (nuint at = 0; at < stride; at += (nuint)TByteDot.Width)
            {
                s0 = TByteDot.Step(s0, in r0, in part, at);
                s1 = TByteDot.Step(s1, in r1, in part, at);
                s2 = TByteDot.Step(s2, in r2, in part, at);
                s3 = TByteDot.Step(s3, in r3, in part, at);
            }

            dots[i] = TByteDot.Total(s0) - offset;
            dots[i + 1] = TByteDot.Total(s1) - offset;
            dots[i + 2] = TByteDot.Total(s2) - offset;
            dots[i + 3] = TByteDot.Total(s3) - offset;
            r0 = ref Unsafe.Add(ref r3, stride);
        }

        for (; i < dots.Length; i++)
        {
            TSum sum = default;
            for (nuint at = 0; at < stride; at += (nuint)TByteDot.Width)
            {
                sum = TByteDot.Step(sum, in r0, in part, at);
            }

            dots[i] = TByteDot.Total(sum) - offset;
            r0 = ref Unsafe.Add(ref r0, stride);
        }
    }
}
