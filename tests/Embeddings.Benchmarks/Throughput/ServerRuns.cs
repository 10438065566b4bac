using Embeddings.Benchmarks.Server;

namespace Embeddings.Benchmarks.Throughput;

/// <summary>The workloads, on one server and the bare runtime in turn, so that a neighbour who takes the processors for a while takes them from both.</summary>
internal sealed class ServerRuns(MeasuredModel model, string precision, ServerProcess server, TextSource texts, TimeSpan length)
{
    private const int Rounds = 3;
    private const int Overload = 10;
    private const int TimesTheQueue = 3;
    private const int QueryClients = 16;
    private const double PromptMilliseconds = 50;

    private static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(10);

    private readonly TimeSpan _warmUp = Least(length, LongestRound) / 5;
    private readonly LoadRun _load = new(server);
    private readonly string _weights = model.Weights(precision);
    private readonly int _dimensions = model.Manifest.Dimensions;

    /// <summary>Busies a new server until its code is compiled for good: its first ten thousand requests take several times what later ones do.</summary>
    public Task WarmUpAsync(Workload queries) => _load.RepeatAsync(queries, null, Least(length, LongestRound), TimeSpan.Zero);

    /// <summary>The best of some rounds of the server and of the bare runtime.</summary>
    public async Task<WorkloadResult> RunAsync(Workload workload)
    {
        var lengths = workload.Lengths;
        var ceiling = await Ceiling.FindAsync(_weights, _dimensions, lengths, Ceiling.LargestBatch, length / 16);
        // Activations of 8 bits are rounded by what a whole run holds: the server may not batch there, so this is what it could reach.
        var single = precision == "fp32" ? null : await Ceiling.FindAsync(_weights, _dimensions, lengths, largestBatch: 1, length / 16);
        double? lone = null;
        LoadResult? best = null;
        for (var round = 0; round < Rounds; round++)
        {
            ceiling = await ceiling.AgainAsync(_weights, _dimensions, lengths, length / Rounds);
            single = single is null ? null : await single.AgainAsync(_weights, _dimensions, lengths, length / Rounds);
            if (workload.Clients == 1)
            {
                lone = Math.Min(lone ?? double.MaxValue, Ceiling.LoneMilliseconds(_weights, _dimensions, lengths, length / Rounds / 2));
            }

            var load = (await _load.RepeatAsync(workload, null, _warmUp, length / Rounds)).Load;
            best = best is null || (workload.Clients == 1 ? load.Median < best.Median : load.TokensPerSecond > best.TokensPerSecond) ? load : best;
        }

        return new WorkloadResult(precision, workload.Name, best!, ceiling, single, lone);
    }

    /// <summary>Queries alone, then beside bulk; the round whose queries alone were quickest.</summary>
    public async Task<BesideResult> BesideAsync(string name)
    {
        var (queries, huge) = (Workload.Queries(texts, name, QueryClients), Workload.Huge(texts, name));
        BesideResult? best = null;
        for (var round = 0; round < Rounds; round++)
        {
            var idle = (await _load.RepeatAsync(queries, null, _warmUp, length / Rounds)).Load;
            var (beside, bulk) = await _load.RepeatAsync(queries, huge, _warmUp, length / Rounds);
            best = best is null || idle.Percentile99 < best.Idle.Percentile99 ? new BesideResult(precision, idle, beside, bulk!) : best;
        }

        return best!;
    }

    /// <summary>First as many bulk requests as are answered, then ten times as many.</summary>
    public async Task<OverloadResult> OverloadAsync(Workload bulk)
    {
        var capacity = (await _load.RepeatAsync(bulk, null, _warmUp, Least(length, LongestRound))).Load;
        // Long enough for the queue to be full most of the time.
        var fill = TimeSpan.FromSeconds(TimesTheQueue * (double)MeasuredModel.QueuedTokens / (Overload * capacity.TokensPerSecond));
        var start = server.ResidentBytes;
        var (exchanges, elapsed, bytes) = await _load.OfferAsync(bulk, Overload * capacity.TextsPerSecond / bulk.Requests[0].Texts.Count, fill > length ? fill : length);
        var refusals = exchanges.Where(exchange => exchange.Answer.Status == 429).ToList();
        double[] milliseconds = [.. refusals.Select(exchange => exchange.Milliseconds).Order()];
        var good = exchanges.Where(exchange => exchange.IsGood).ToList();
        return new OverloadResult(
            precision,
            capacity.TokensPerSecond,
            good.Sum(exchange => (double)exchange.Request.Tokens) / elapsed.TotalSeconds,
            good.Count,
            refusals.Count,
            exchanges.Count - good.Count - refusals.Count,
            refusals.Count(exchange => exchange.Answer.HasRetryAfter),
            LoadResult.Percentile(milliseconds, 0.99),
            milliseconds.LastOrDefault(),
            milliseconds.Count(time => time > PromptMilliseconds),
            start / 1e6,
            bytes[bytes.Count / 2] / 1e6,
            bytes.Max() / 1e6,
            server.ResidentBytes / 1e6);
    }

    // A soak of ten minutes is one of overload, not of what comes before it.
    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
