using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Embeddings.Vectors.Simd;

/// <summary>
/// Dot products of many rows with many queries. The queries are packed in panels: one register holds the same
/// coordinate of as many queries as it has lanes. The coordinate of a row is broadcast. Twelve sums (four rows × three
/// panels) stay in registers for all coordinates. Seven loads serve twelve multiply-adds, and nothing is summed across
/// lanes.
/// </summary>
internal static class BlockKernel
{
    private const int RowsAtOnce = 4;

    /// <summary>Queries in a panel: the lanes of the widest register.</summary>
    public static int PanelWidth => Vector512.IsHardwareAccelerated ? Vector512<float>.Count
        : Vector256.IsHardwareAccelerated ? Vector256<float>.Count
        : Vector128<float>.Count;

    /// <summary>
    /// Row-major queries [count, dimensions] → packed [panels, dimensions, width]; lanes without a query are zero.
    /// </summary>
    public static void Pack(ReadOnlySpan<float> queries, int dimensions, Span<float> packed)
    {
        var (width, count) = (PanelWidth, queries.Length / dimensions);
        packed.Clear();
        for (var query = 0; query < count; query++)
        {
            var panel = packed.Slice(query / width * width * dimensions, width * dimensions);
            var row = queries.Slice(query * dimensions, dimensions);
            for (var (i, lane) = (0, query % width); i < dimensions; i++, lane += width)
            {
                panel[lane] = row[i];
            }
        }
    }

    /// <summary>Rows [rows, stride] × packed queries → dots [rows, panels × width].</summary>
    /// <param name="rows">
    /// Row-major, the first <paramref name="dimensions"/> of each <paramref name="stride"/> floats count.
    /// </param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="packed">What <see cref="Pack"/> gave.</param>
    /// <param name="dimensions">Coordinates of a query.</param>
    /// <param name="dots">As many rows as it has room for are computed.</param>
    public static void Dot(
        ReadOnlySpan<float> rows, int stride, ReadOnlySpan<float> packed, int dimensions, Span<float> dots)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Dot<Simd512, Vector512<float>>(rows, stride, packed, dimensions, dots);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Dot<Simd256, Vector256<float>>(rows, stride, packed, dimensions, dots);
        }
        else
        {
            Dot<Simd128, Vector128<float>>(rows, stride, packed, dimensions, dots);
        }
    }

    /// <summary>One bit for each lane of a panel, set unless dot &lt; limit + norm · perNorm + common.</summary>
    public static ulong NotBelow(
        ReadOnlySpan<float> dots, ReadOnlySpan<float> limits, ReadOnlySpan<float> perNorms, int panel, float norm,
        float common) =>
        Vector512.IsHardwareAccelerated ? NotBelow<Simd512, Vector512<float>>(
            dots, limits, perNorms, panel, norm, common)
        : Vector256.IsHardwareAccelerated ? NotBelow<Simd256, Vector256<float>>(
            dots, limits, perNorms, panel, norm, common)
        : NotBelow<Simd128, Vector128<float>>(dots, limits, perNorms, panel, norm, common);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong NotBelow<TSimd, TVector>(
        ReadOnlySpan<float> dots, ReadOnlySpan<float> limits, ReadOnlySpan<float> perNorms, int panel, float norm,
        float common)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        var limit = TSimd.Load(in MemoryMarshal.GetReference(limits), (nuint)panel);
        var perNorm = TSimd.Load(in MemoryMarshal.GetReference(perNorms), (nuint)panel);
        var bound = TSimd.Add(TSimd.MultiplyAdd(TSimd.Broadcast(norm), perNorm, limit), TSimd.Broadcast(common));
        return TSimd.NotLess(TSimd.Load(in MemoryMarshal.GetReference(dots), (nuint)panel), bound);
    }

    private static void Dot<TSimd, TVector>(
        ReadOnlySpan<float> rows, int stride, ReadOnlySpan<float> packed, int dimensions, Span<float> dots)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        var panels = packed.Length / (TSimd.Count * dimensions);
        var outputStride = panels * TSimd.Count;
        var rowCount = dots.Length / outputStride;
        ref var x = ref MemoryMarshal.GetReference(rows);
        ref var p = ref MemoryMarshal.GetReference(packed);
        ref var o = ref MemoryMarshal.GetReference(dots);
        var whole = rowCount - (rowCount % RowsAtOnce);
        for (var panel = 0; panel < panels;)
        {
            // Three panels at a time, but never one left alone: one panel has too few sums to hide the latency.
            var left = panels - panel;
            var take = left is 3 or > 4 ? 3 : Math.Min(left, 2);
            ref var source = ref Unsafe.Add(ref p, (nint)panel * TSimd.Count * dimensions);
            ref var output = ref Unsafe.Add(ref o, (nint)panel * TSimd.Count);
            for (var row = 0; row < whole; row += RowsAtOnce)
            {
                ref var r = ref Unsafe.Add(ref x, (nint)row * stride);
                ref var d = ref Unsafe.Add(ref output, (nint)row * outputStride);
                switch (take)
                {
                    case 3:
                        FourByThree<TSimd,
                    TVector>(ref r, (nuint)stride, ref source, (nuint)dimensions, ref d, (nuint)outputStride); break;
                    case 2:
                        FourByTwo<TSimd,
                    TVector>(ref r, (nuint)stride, ref source, (nuint)dimensions, ref d, (nuint)outputStride); break;
                    default:
                        FourByOne<TSimd,
                    TVector>(ref r, (nuint)stride, ref source, (nuint)dimensions, ref d, (nuint)outputStride); break;
                }
            }

            for (var row = whole; row < rowCount; row++)
            {
                for (var one = 0; one < take; one++)
                {
                    OneByOne<TSimd, TVector>(
                        ref Unsafe.Add(ref x, (nint)row * stride), ref Unsafe
                            .Add(ref source, (nint)one * TSimd.Count * dimensions), (nuint)dimensions,
                        ref Unsafe.Add(ref output, ((nint)row * outputStride) + (one * TSimd.Count)));
                }
            }

            panel += take;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourByThree<TSimd, TVector>(
        ref float r0, nuint stride, ref float p0, nuint dimensions, ref float output, nuint outputStride)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        var width = (nuint)TSimd.Count;
        ref var p1 = ref Unsafe.Add(ref p0, width * dimensions);
        ref var p2 = ref Unsafe.Add(ref p1, width * dimensions);
        ref var r1 = ref Unsafe.Add(ref r0, stride);
        ref var r2 = ref Unsafe.Add(ref r1, stride);
        ref var r3 = ref Unsafe.Add(ref r2, stride);
        var a0 = TSimd.Broadcast(0);
        var (a1, a2, b0, b1, b2, c0, c1, c2, d0, d1, d2) = (a0, a0, a0, a0, a0, a0, a0, a0, a0, a0, a0);
        for (nuint i = 0; i < dimensions; i++)
        {
            var x = TSimd.Load(in p0, i * width);
            var y = TSimd.Load(in p1, i * width);
            var z = TSimd.Load(in p2, i * width);
            var v = TSimd.Broadcast(Unsafe.Add(ref r0, i));
            a0 = TSimd.MultiplyAdd(v, x, a0);
            a1 = TSimd.MultiplyAdd(v, y, a1);
            a2 = TSimd.MultiplyAdd(v, z, a2);
            v = TSimd.Broadcast(Unsafe.Add(ref r1, i));
            b0 = TSimd.MultiplyAdd(v, x, b0);
            b1 = TSimd.MultiplyAdd(v, y, b1);
            b2 = TSimd.MultiplyAdd(v, z, b2);
            v = TSimd.Broadcast(Unsafe.Add(ref r2, i));
            c0 = TSimd.MultiplyAdd(v, x, c0);
            c1 = TSimd.MultiplyAdd(v, y, c1);
            c2 = TSimd.MultiplyAdd(v, z, c2);
            v = TSimd.Broadcast(Unsafe.Add(ref r3, i));
            d0 = TSimd.MultiplyAdd(v, x, d0);
            d1 = TSimd.MultiplyAdd(v, y, d1);
            d2 = TSimd.MultiplyAdd(v, z, d2);
        }

        StoreThree<TSimd, TVector>(a0, a1, a2, ref output, 0);
        StoreThree<TSimd, TVector>(b0, b1, b2, ref output, outputStride);
        StoreThree<TSimd, TVector>(c0, c1, c2, ref output, 2 * outputStride);
        StoreThree<TSimd, TVector>(d0, d1, d2, ref output, 3 * outputStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreThree<TSimd, TVector>(TVector x, TVector y, TVector z, ref float output, nuint offset)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TSimd.Store(x, ref output, offset);
        TSimd.Store(y, ref output, offset + (nuint)TSimd.Count);
        TSimd.Store(z, ref output, offset + (2 * (nuint)TSimd.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourByTwo<TSimd, TVector>(
        ref float r0, nuint stride, ref float p0, nuint dimensions, ref float output, nuint outputStride)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        var width = (nuint)TSimd.Count;
        ref var p1 = ref Unsafe.Add(ref p0, width * dimensions);
        ref var r1 = ref Unsafe.Add(ref r0, stride);
        ref var r2 = ref Unsafe.Add(ref r1, stride);
        ref var r3 = ref Unsafe.Add(ref r2, stride);
        var a0 = TSimd.Broadcast(0);
        var (a1, b0, b1, c0, c1, d0, d1) = (a0, a0, a0, a0, a0, a0, a0);
        for (nuint i = 0; i < dimensions; i++)
        {
            var x = TSimd.Load(in p0, i * width);
            var y = TSimd.Load(in p1, i * width);
            var v = TSimd.Broadcast(Unsafe.Add(ref r0, i));
            a0 = TSimd.MultiplyAdd(v, x, a0);
            a1 = TSimd.MultiplyAdd(v, y, a1);
            v = TSimd.Broadcast(Unsafe.Add(ref r1, i));
            b0 = TSimd.MultiplyAdd(v, x, b0);
            b1 = TSimd.MultiplyAdd(v, y, b1);
            v = TSimd.Broadcast(Unsafe.Add(ref r2, i));
            c0 = TSimd.MultiplyAdd(v, x, c0);
            c1 = TSimd.MultiplyAdd(v, y, c1);
            v = TSimd.Broadcast(Unsafe.Add(ref r3, i));
            d0 = TSimd.MultiplyAdd(v, x, d0);
            d1 = TSimd.MultiplyAdd(v, y, d1);
        }

        TSimd.Store(a0, ref output, 0);
        TSimd.Store(a1, ref output, width);
        TSimd.Store(b0, ref output, outputStride);
        TSimd.Store(b1, ref output, outputStride + width);
        TSimd.Store(c0, ref output, 2 * outputStride);
        TSimd.Store(c1, ref output, (2 * outputStride) + width);
        TSimd.Store(d0, ref output, 3 * outputStride);
        TSimd.Store(d1, ref output, (3 * outputStride) + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourByOne<TSimd, TVector>(
        ref float r0, nuint stride, ref float p0, nuint dimensions, ref float output, nuint outputStride)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        var width = (nuint)TSimd.Count;
        ref var r1 = ref Unsafe.Add(ref r0, stride);
        ref var r2 = ref Unsafe.Add(ref r1, stride);
        ref var r3 = ref Unsafe.Add(ref r2, stride);
        var a = TSimd.Broadcast(0);
        var (b, c, d) = (a, a, a);
        for (nuint i = 0; i < dimensions; i++)
        {
            var x = TSimd.Load(in p0, i * width);
            a = TSimd.MultiplyAdd(TSimd.Broadcast(Unsafe.Add(ref r0, i)), x, a);
            b = TSimd.MultiplyAdd(TSimd.Broadcast(Unsafe.Add(ref r1, i)), x, b);
            c = TSimd.MultiplyAdd(TSimd.Broadcast(Unsafe.Add(ref r2, i)), x, c);
            d = TSimd.MultiplyAdd(TSimd.Broadcast(Unsafe.Add(ref r3, i)), x, d);
        }

        TSimd.Store(a, ref output, 0);
        TSimd.Store(b, ref output, outputStride);
        TSimd.Store(c, ref output, 2 * outputStride);
        TSimd.Store(d, ref output, 3 * outputStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OneByOne<TSimd, TVector>(ref float row, ref float panel, nuint dimensions, ref float output)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        var width = (nuint)TSimd.Count;
        var sum = TSimd.Broadcast(0);
        for (nuint i = 0; i < dimensions; i++)
        {
            sum = TSimd.MultiplyAdd(TSimd.Broadcast(Unsafe.Add(ref row, i)), TSimd.Load(in panel, i * width), sum);
        }

        TSimd.Store(sum, ref output, 0);
    }
}
