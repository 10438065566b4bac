using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Embeddings.Vectors.Simd;

/// <summary>Dot products of 8-bit rows with a 13-bit query, in exact integer arithmetic up to the last step.</summary>
internal static class CodeKernel
{
    /// <summary>Rows of codes are padded to a multiple of this: the widest step there is.</summary>
    public const int Alignment = 64;

    /// <summary>The instructions in use, for those who measure.</summary>
    public static string Instructions =>
        Avx512BW.IsSupported ? "AVX-512BW" : AvxVnni.IsSupported ? "AVX-VNNI" : Avx2.IsSupported ? "AVX2" : Dp.IsSupported ? "Arm DotProd" : "portable";

    /// <summary>Rows of codes, 128 standing for zero, × query → dots[i] = Σ (code − 128) · (127 · high + low).</summary>
    public static void Dot(ReadOnlySpan<byte> codes, in QueryCode query, Span<float> dots)
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
    private static void Dot<TByteDot, TSum>(ReadOnlySpan<byte> codes, in QueryCode query, Span<float> dots)
        where TByteDot : struct, IByteDot<TSum>
        where TSum : struct
    {
        var stride = (nuint)query.High.Length;
        ref var high = ref MemoryMarshal.GetArrayDataReference(query.High);
        ref var low = ref MemoryMarshal.GetArrayDataReference(query.Low);
        ref var row = ref MemoryMarshal.GetReference(codes);
        var (highOffset, lowOffset) = TByteDot.IsCentred ? (0, 0) : (query.HighOffset, query.LowOffset);
        for (var i = 0; i < dots.Length; i++)
        {
            TSum highs = default;
            TSum lows = default;
            for (nuint offset = 0; offset < stride; offset += (nuint)TByteDot.Width)
            {
                highs = TByteDot.Step(highs, in row, in high, offset);
                lows = TByteDot.Step(lows, in row, in low, offset);
            }

            dots[i] = ((TByteDot.Total(highs) - highOffset) * 127f) + (TByteDot.Total(lows) - lowOffset);
            row = ref Unsafe.Add(ref row, stride);
        }
    }
}
