using System.Diagnostics;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Embeddings.Vectors.Simd;

namespace Embeddings.Benchmarks.Flat;

/// <summary>What this machine can do at most, in the same process and run as what is compared with it.</summary>
internal static class Machine
{
    /// <summary>
    /// The quickest of several runs, in milliseconds; the first, which pays for compilation, does not count.
    /// </summary>
    public static double Quickest(Action action, int runs = 5)
    {
        action();
        var best = double.MaxValue;
        for (var i = 0; i < runs; i++)
        {
            var watch = Stopwatch.StartNew();
            action();
            best = Math.Min(best, watch.Elapsed.TotalMilliseconds);
        }

        return best;
    }

    /// <summary>
    /// The quickest of several runs of two things in turn, so that a neighbour who takes the memory for a while takes
    /// it from both.
    /// </summary>
    /// <remarks>For a second at least: short things need hundreds of rounds until they run as they will for
    /// good.</remarks>
    public static (double First, double Second) QuickestInTurn(Action first, Action second, int rounds = 7)
    {
        var watch = Stopwatch.StartNew();
        var best = (First: Quickest(first, 1), Second: Quickest(second, 1));
        for (var i = 0; i < rounds || watch.ElapsedMilliseconds < 1000; i++)
        {
            best = (Math.Min(best.First, Quickest(first, 1)), Math.Min(best.Second, Quickest(second, 1)));
        }

        return best;
    }

    /// <summary>Reads all of these once, with all processors.</summary>
    public static void ReadOnce(float[] rows)
    {
        const int chunk = 1 << 17;
        var sums = new float[(rows.Length + chunk - 1) / chunk];
        Parallel.For(
            0, sums.Length, i => sums[i] = Read(rows.AsSpan(i * chunk, Math.Min(chunk, rows.Length - (i * chunk)))));
    }

    /// <summary>Billions of multiplications and additions a second of all processors, in registers only.</summary>
    public static double PeakGflops()
    {
        const long steps = 30_000_000;
        var work = 2.0 * 12 * BlockKernel.PanelWidth * steps * Environment.ProcessorCount;
        return work / 1e6 / Quickest(
            () => Parallel.For(0, Environment.ProcessorCount, _ => MultiplyAdd(steps)), runs: 7);
    }

    private static float MultiplyAdd(long steps) =>
        Vector512.IsHardwareAccelerated ? MultiplyAdd<Simd512, Vector512<float>>(steps)
        : Vector256.IsHardwareAccelerated ? MultiplyAdd<Simd256, Vector256<float>>(steps)
        : MultiplyAdd<Simd128, Vector128<float>>(steps);

    private static float Read(ReadOnlySpan<float> rows)
    {
        var (a, b, c, d) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        var width = Vector<float>.Count;
        var i = 0;
        for (; i + (4 * width) <= rows.Length; i += 4 * width)
        {
            a += new Vector<float>(rows[i..]);
            b += new Vector<float>(rows[(i + width)..]);
            c += new Vector<float>(rows[(i + (2 * width))..]);
            d += new Vector<float>(rows[(i + (3 * width))..]);
        }

        return Vector.Sum(a + b + c + d) + TensorPrimitives.Sum(rows[i..]);
    }

    // Twelve sums: as many as hide the latency on any processor, and few enough for sixteen registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float MultiplyAdd<TSimd, TVector>(long steps)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        var (x, y) = (TSimd.Broadcast(0.999f), TSimd.Broadcast(0.001f));
        var (a, b, c, d, e, f, g, h, i, j, k, l) = (x, x, x, x, x, x, x, x, x, x, x, x);
        for (long step = 0; step < steps; step++)
        {
            a = TSimd.MultiplyAdd(a, x, y);
            b = TSimd.MultiplyAdd(b, x, y);
            c = TSimd.MultiplyAdd(c, x, y);
            d = TSimd.MultiplyAdd(d, x, y);
            e = TSimd.MultiplyAdd(e, x, y);
            f = TSimd.MultiplyAdd(f, x, y);
            g = TSimd.MultiplyAdd(g, x, y);
            h = TSimd.MultiplyAdd(h, x, y);
            i = TSimd.MultiplyAdd(i, x, y);
            j = TSimd.MultiplyAdd(j, x, y);
            k = TSimd.MultiplyAdd(k, x, y);
            l = TSimd.MultiplyAdd(l, x, y);
        }

        return TSimd.Sum(a) + TSimd.Sum(b) + TSimd.Sum(c) + TSimd.Sum(d) + TSimd.Sum(e) + TSimd.Sum(f)
            + TSimd.Sum(g) + TSimd.Sum(h) + TSimd.Sum(i) + TSimd.Sum(j) + TSimd.Sum(k) + TSimd.Sum(l);
    }
}
