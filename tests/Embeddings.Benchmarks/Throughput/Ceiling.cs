namespace Embeddings.Benchmarks.Throughput;

/// <summary>The quickest way that was found to run texts of some lengths without a server, and what it did.</summary>
/// <param name="Workers">Batches at a time.</param>
/// <param name="Threads">Threads of each worker.</param>
/// <param name="Batch">Most texts of one length in a batch, which has at most 512 tokens.</param>
/// <param name="TokensPerSecond">Of all workers.</param>
/// <param name="ProcessorSeconds">For a million tokens.</param>
/// <param name="Trials">Every way that was tried.</param>
internal sealed record Ceiling(
    int Workers, int Threads, int Batch, double TokensPerSecond, double ProcessorSeconds, IReadOnlyList<Trial> Trials);

/// <summary>A way to run texts, and what it did.</summary>
internal sealed record Trial(int Workers, int Threads, int Batch, double TokensPerSecond);

/// <summary>Finds the quickest way to run texts of some lengths, and measures it over and over.</summary>
internal sealed class CeilingRuns : IDisposable
{
    private const int MostTokens = 512;
    private const int Seed = 7;
    private const int Passes = 3;

    private static readonly int[] Batches = [1, 2, 4, 8, 16];

    private readonly IReadOnlyList<Trial> _trials;
    private readonly Trial _best;
    private readonly BareRuntime _runtime;
    private readonly RunShape[] _runs;
    private readonly List<(double TokensPerSecond, double ProcessorSeconds)> _slices = [];

    private CeilingRuns(IReadOnlyList<Trial> trials, string weights, int dimensions, IReadOnlyList<int> lengths)
    {
        _trials = trials;
        _best = trials.MaxBy(trial => trial.TokensPerSecond)!;
        _runtime = new BareRuntime(weights, _best.Workers, _best.Threads, dimensions);
        _runs = Runs(lengths, _best.Batch);
    }

    /// <summary>All slices together.</summary>
    public Ceiling Result =>
        new(_best.Workers, _best.Threads, _best.Batch, _slices.Average(slice => slice.TokensPerSecond), _slices.Average(slice => slice.ProcessorSeconds), _trials);

    /// <summary>
    /// Tries all workers with one thread, one worker with all and what is between, each with batches of several sizes.
    /// </summary>
    /// <param name="weights">The ONNX file.</param>
    /// <param name="dimensions">Of its vectors.</param>
    /// <param name="lengths">Tokens of the texts.</param>
    /// <param name="isSingle">Whether only batches of one text are tried.</param>
    /// <param name="each">How long each way is tried.</param>
    public static async Task<CeilingRuns> FindAsync(
        string weights, int dimensions, IReadOnlyList<int> lengths, bool isSingle, TimeSpan each)
    {
        var all = Environment.ProcessorCount;
        var tried = new Dictionary<(int Workers, int Threads, int Batch), double>();
        // In passes, so that a neighbour who takes the processors for a while does not choose the way.
        for (var pass = 0; pass < Passes; pass++)
        {
            foreach (var (workers, threads) in new[] { (all, 1), (Math.Max(1, all / 2), Math.Min(2, all)), (1, all) }.Distinct())
            {
                using var runtime = new BareRuntime(weights, workers, threads, dimensions);
                foreach (var batch in Batches.Where(batch => batch == 1 || !isSingle))
                {
                    var (tokens, _) = await runtime.RepeatAsync(Runs(lengths, batch), each / Passes / 4, each / Passes);
                    tried[(workers, threads, batch)] = tried.GetValueOrDefault((workers, threads, batch)) + (tokens / Passes);
                }
            }
        }

        return new CeilingRuns([.. tried.Select(way =>
            new Trial(way.Key.Workers, way.Key.Threads, way.Key.Batch, way.Value))], weights, dimensions, lengths);
    }

    /// <summary>Measures the quickest way for so long.</summary>
    public async Task MeasureAsync(TimeSpan length) =>
        _slices.Add(await _runtime.RepeatAsync(_runs, length / 4, length));

    public void Dispose() => _runtime.Dispose();

    // Every text once, with others of its length, in random order, so that any part of the list is like the whole.
    private static RunShape[] Runs(IReadOnlyList<int> lengths, int batch)
    {
        RunShape[] runs = [.. lengths.GroupBy(tokens => tokens).SelectMany(group => group.Chunk(Math.Clamp(MostTokens / group.Key, 1, batch))).Select(texts => new RunShape(texts.Length, texts[0]))];
        new Random(Seed).Shuffle(runs);
        return runs;
    }
}
