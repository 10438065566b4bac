using System.Globalization;
using Embeddings.Vectors;
using Embeddings.Vectors.Index;
using Embeddings.Vectors.Simd;

namespace Embeddings.Benchmarks.Flat;

/// <summary>How quick the flat index is, against what the machine can do at most and against FAISS.</summary>
internal static class FlatCommand
{
    public static int Run(string[] options, TextWriter output)
    {
        int[] counts = Numbers(options.Option("--rows") ?? "10000,100000,1000000");
        int[] dimensions = Numbers(options.Option("--dimensions") ?? "384");
        int[] batches = Numbers(options.Option("--batches") ?? "1,8,32,100");
        var k = Numbers(options.Option("--k") ?? "10")[0];
        var sets = (options.Option("--data") ?? "clustered,uniform").Split(',');
        var peak = Machine.PeakGflops();
        Write(
            output,
            $"{Environment.ProcessorCount} processors, codes with {CodeKernel.Instructions}, peak {peak:0} GFLOP/s");
        foreach (var (d, n, set) in from d in dimensions from n in counts from set in sets select (d, n, set))
        {
            var rows = VectorSets.Make(set, n, d, seed: 1);
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var index = new FlatIndex(d, Metric.InnerProduct);
            var load = System.Diagnostics.Stopwatch.StartNew();
            index.Upsert([.. Enumerable.Range(0, n).Select(i => (long)i)], rows);
            var seconds = load.Elapsed.TotalSeconds;
            var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / n;
            Write(output, $"\n{n} x {d} {set}: filled in {seconds:0.00} s, {bytes} bytes a row; all float rows are {(double)rows.Length * sizeof(float) / 1e9:0.000} GB");
            Write(output, $"{"queries",9}{"way",8}{"ms/query",10}{"read, ms",10}{"/ read",8}{"GFLOP/s",9}{"of peak",9}{"re-scored",11}");
            if (options.Option("--faiss") is { } python)
            {
                Faiss.Run(python, n, d, batches, output);
            }

            foreach (var batch in batches)
            {
                var queries = VectorSets.Make(set, batch, d, seed: 2);
                foreach (var mode in batch == 1 ? new[] { ScanMode.Auto, ScanMode.Floats } : [ScanMode.Auto])
                {
                    long rescored = 0;
                    var (read, search) = Machine.QuickestInTurn(
                        () => Machine.ReadOnce(rows),
                        () => index.Run(queries, k, null, mode, out rescored));
                    var ms = search / batch;
                    var gflops = 2.0 * n * d / 1e6 / ms;
                    Write(output, $"{batch,9}{mode,8}{ms,10:0.000}{read,10:0.00}{ms / read,8:0.00}{gflops,9:0}{gflops / peak,9:0%}{rescored / batch,11}");
                }
            }
        }

        return 0;
    }

    private static void Write(TextWriter output, FormattableString line) =>
        output.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static int[] Numbers(string list) =>
        [.. list.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
}
