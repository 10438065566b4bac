namespace Embeddings.Benchmarks.Throughput;

/// <summary>Bare runs of one text at a time: on all threads or on one, whichever is quicker.</summary>
internal sealed class LoneRuns : IDisposable
{
    private readonly BareRuntime _runtime;
    private readonly IReadOnlyList<int> _lengths;
    private readonly List<double> _milliseconds = [];

    /// <param name="weights">The ONNX file.</param>
    /// <param name="dimensions">Of its vectors.</param>
    /// <param name="lengths">Tokens of the texts.</param>
    /// <param name="each">How long each of the two is tried.</param>
    public LoneRuns(string weights, int dimensions, IReadOnlyList<int> lengths, TimeSpan each)
    {
        _lengths = lengths;
        var ways = new[] { Environment.ProcessorCount, 1 }.Distinct()
            .Select(threads => new BareRuntime(weights, workers: 1, threads, dimensions)).ToList();
        _runtime = ways.MinBy(way => Median(way.Milliseconds(lengths, each / 4, each)))!;
        ways.Where(way => way != _runtime).ToList().ForEach(way => way.Dispose());
    }

    /// <summary>Half of all runs took less.</summary>
    public double MedianMilliseconds => Median(_milliseconds);

    /// <summary>Measures for so long.</summary>
    public void Measure(TimeSpan length) => _milliseconds.AddRange(_runtime.Milliseconds(_lengths, length / 4, length));

    public void Dispose() => _runtime.Dispose();

    private static double Median(IEnumerable<double> milliseconds) =>
        LoadResult.Percentile([.. milliseconds.Order()], 0.5);
}
