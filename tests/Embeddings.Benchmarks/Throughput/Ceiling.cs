namespace Embeddings.Benchmarks.Throughput;

/// <summary>The quickest way that was found to run texts of some lengths without a server.</summary>
/// <param name="Lanes">Runs at a time.</param>
/// <param name="Threads">Threads of each.</param>
/// <param name="Batch">Texts of one length in a run, as long as they have 512 tokens together at most.</param>
internal sealed record Ceiling(int Lanes, int Threads, int Batch)
{
    /// <summary>Texts in the largest run.</summary>
    public const int LargestBatch = 16;

    private const int MostTokens = 512;
    private const int LengthsTaken = 512;

    private static readonly int[] Batches = [1, 2, 4, 8, LargestBatch];

    /// <summary>Of all lanes.</summary>
    public double TokensPerSecond { get; init; }

    /// <summary>For a million tokens, the least of all ways tried: one that is quicker may spend more, waiting in loops.</summary>
    public double ProcessorSeconds { get; init; } = double.PositiveInfinity;

    /// <summary>Every way that was tried.</summary>
    public IReadOnlyList<Trial> Trials { get; init; } = [];

    /// <summary>Tries all lanes with one thread and one lane with all, each with batches of several sizes up to a largest one.</summary>
    public static async Task<Ceiling> FindAsync(string weights, int dimensions, IReadOnlyList<int> lengths, int largestBatch, TimeSpan each)
    {
        var all = Environment.ProcessorCount;
        var best = new Ceiling(all, 1, 1);
        var trials = new List<Trial>();
        foreach (var (lanes, threads) in new[] { (all, 1), (1, all) }.Distinct())
        {
            using var runtime = new BareRuntime(weights, lanes, threads, dimensions);
            foreach (var batch in Batches.Where(batch => batch <= largestBatch))
            {
                var tried = await new Ceiling(lanes, threads, batch).MeasureAsync(runtime, lengths, each);
                trials.Add(new Trial(lanes, threads, batch, tried.TokensPerSecond, tried.ProcessorSeconds));
                best = best.Better(tried);
            }
        }

        return best with { Trials = trials };
    }

    /// <summary>The same way once more.</summary>
    public async Task<Ceiling> AgainAsync(string weights, int dimensions, IReadOnlyList<int> lengths, TimeSpan length)
    {
        using var runtime = new BareRuntime(weights, Lanes, Threads, dimensions);
        return Better(await MeasureAsync(runtime, lengths, length));
    }

    /// <summary>Median milliseconds of one short text alone: on all threads or on one, whichever is quicker.</summary>
    public static double LoneMilliseconds(string weights, int dimensions, IReadOnlyList<int> lengths, TimeSpan each) =>
        new[] { Environment.ProcessorCount, 1 }.Distinct().Min(threads =>
        {
            using var runtime = new BareRuntime(weights, lanes: 1, threads, dimensions);
            return runtime.MedianMilliseconds(lengths, each / 4, each);
        });

    private Ceiling Better(Ceiling other) =>
        (other.TokensPerSecond > TokensPerSecond ? other : this) with { ProcessorSeconds = Math.Min(ProcessorSeconds, other.ProcessorSeconds), Trials = Trials };

    private async Task<Ceiling> MeasureAsync(BareRuntime runtime, IReadOnlyList<int> lengths, TimeSpan length)
    {
        RunShape[] runs = [.. lengths.Take(LengthsTaken).Select(tokens => new RunShape(Math.Clamp(MostTokens / tokens, 1, Batch), tokens))];
        var (tokens, processor) = await runtime.RepeatAsync(runs, length / 4, length);
        return this with { TokensPerSecond = tokens, ProcessorSeconds = processor };
    }
}

/// <summary>A way to run texts, and what it did.</summary>
internal sealed record Trial(int Lanes, int Threads, int Batch, double TokensPerSecond, double ProcessorSeconds);
