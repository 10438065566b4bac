using Embeddings.Benchmarks.Server;

namespace Embeddings.Benchmarks.Throughput;

/// <summary>
/// The workloads, on one server and the bare runtime in turn, so that a neighbour who takes the processors for a while
/// takes them from both.
/// </summary>
internal sealed class ServerRuns(
    MeasuredModel model, string precision, ServerProcess server, TextSource texts, TimeSpan length)
{
    private const int Overload = 10;
    private const int TimesSettling = 3;
    private const double PromptMilliseconds = 50;

    /// <summary>Clients of queries beside bulk: one person who waits, and as many as keep the processors busy.</summary>
    public static readonly int[] QueryClients = [1, 16];

    private static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OverloadStretch = TimeSpan.FromSeconds(100);

    private readonly TimeSpan _warmUp = Least(length, LongestRound) / 5;
    private readonly LoadRun _load = new(server);
    private readonly string _weights = model.Weights(precision);
    private readonly int _dimensions = model.Manifest.Dimensions;

    /// <summary>
    /// Busies a new server until its code is compiled for good: its first ten thousand requests take several times what
    /// later ones do.
    /// </summary>
    public Task WarmUpAsync(Workload queries) =>
        _load.RepeatAsync(queries, null, Least(length, LongestRound), TimeSpan.Zero);

    /// <summary>The server and the bare runtime, a slice of each in turn.</summary>
    public async Task<WorkloadResult> RunAsync(Workload workload)
    {
        var (lengths, slice, each) = (workload.Lengths, length / workload.Slices, length / 16);
        // int8 activations are rounded by what a whole batch holds, so a text in a batch gets another vector than
        // alone.
        var isSingle = precision != "fp32";
        using var ceiling = await CeilingRuns.FindAsync(_weights, _dimensions, lengths, isSingle, each);
        using var batched = isSingle
            ? await CeilingRuns.FindAsync(_weights, _dimensions, lengths, isSingle: false, each)
            : null;
        using var lone = workload.Clients == 1 ? new LoneRuns(_weights, _dimensions, lengths, each) : null;
        var load = new List<LoadSlice>();
        for (var i = 0; i < workload.Slices; i++)
        {
            await ceiling.MeasureAsync(slice);
            await (batched?.MeasureAsync(slice) ?? Task.CompletedTask);
            lone?.Measure(slice);
            load.Add((await _load.RepeatAsync(workload, null, Least(slice, _warmUp), slice)).Load);
        }

        return new WorkloadResult(
            precision, workload.Name, LoadResult.Of(load), ceiling.Result, batched?.Result, lone?.MedianMilliseconds);
    }

    /// <summary>Queries alone and beside bulk, a slice of each in turn.</summary>
    public async Task<BesideResult> BesideAsync(string name, int clients)
    {
        var (queries, huge) = (Workload.Queries(texts, name, clients), Workload.Huge(texts, name));
        var (idle, beside, bulk) = (new List<LoadSlice>(), new List<LoadSlice>(), new List<LoadSlice>());
        for (var i = 0; i < huge.Slices; i++)
        {
            idle.Add((await _load.RepeatAsync(queries, null, _warmUp, length / huge.Slices)).Load);
            var both = await _load.RepeatAsync(queries, huge, _warmUp, length / huge.Slices);
            beside.Add(both.Load);
            bulk.Add(both.Beside!);
        }

        return new BesideResult(precision, clients, LoadResult.Of(idle), LoadResult.Of(beside), LoadResult.Of(bulk));
    }

    /// <summary>The server and transformers.js, a slice of each in turn.</summary>
    /// <param name="workload">Whose texts.</param>
    /// <param name="modules">The folder <c>node_modules</c> that has it.</param>
    public async Task<PeerResult> PeerAsync(Workload workload, string modules)
    {
        var slice = length / workload.Slices;
        using var peer = new Peer(modules, _weights, [.. workload.Requests.SelectMany(request => request.Texts).Select(text => text.Value)]);
        var load = new List<LoadSlice>();
        for (var i = 0; i < workload.Slices; i++)
        {
            await peer.MeasureAsync(slice);
            load.Add((await _load.RepeatAsync(workload, null, Least(slice, _warmUp), slice)).Load);
        }

        return new PeerResult(precision, workload.Name, peer.TextsPerSecond, LoadResult.Of(load).TextsPerSecond);
    }

    /// <summary>Bulk requests: as many as are answered, and ten times as many, a stretch of each in turn.</summary>
    public async Task<OverloadResult> OverloadAsync(Workload bulk)
    {
        var (capacity, overload) = (new List<LoadSlice> { await CapacityAsync(bulk) }, new List<LoadSlice>());
        var (exchanges, bytes) = (new List<Exchange>(), new List<long>());
        var first = LoadResult.Of(capacity);
        var rate = Overload * first.TextsPerSecond / bulk.Requests[0].Texts.Count;
        // By then the first requests have been answered, and the queue is full.
        var settling = TimeSpan.FromSeconds(MeasuredModel.QueuedTokens / first.TokensPerSecond);
        var stretches = Math.Max(1, (int)(length / OverloadStretch));
        var start = server.ResidentBytes;
        for (var i = 0; i < stretches; i++)
        {
            var offered = await _load.OfferAsync(
                bulk, rate, settling, Most(TimesSettling * settling, length / stretches));
            exchanges.AddRange(offered.All);
            overload.Add(offered.Load);
            bytes.AddRange(offered.Bytes);
            capacity.Add(await CapacityAsync(bulk));
        }

        var refusals = exchanges.Where(exchange => exchange.Answer.Status == 429).ToList();
        double[] milliseconds = [.. refusals.Select(exchange => exchange.Milliseconds).Order()];
        var good = exchanges.Where(exchange => exchange.IsGood).ToList();
        return new OverloadResult(
            precision,
            LoadResult.Of(capacity).TokensPerSecond,
            LoadResult.Of(overload).TokensPerSecond,
            good.Count,
            refusals.Count,
            exchanges.Count - good.Count - refusals.Count,
            refusals.Count(exchange => exchange.Answer.HasRetryAfter),
            LoadResult.Percentile(milliseconds, 0.99),
            milliseconds.LastOrDefault(),
            milliseconds.Count(time => time > PromptMilliseconds),
            start / 1e6,
            bytes.Take((bytes.Count / 2) + 1).Max() / 1e6,
            bytes.Max() / 1e6,
            bytes[^1] / 1e6);
    }

    private async Task<LoadSlice> CapacityAsync(Workload bulk) =>
        (await _load.RepeatAsync(bulk, null, _warmUp, Least(length, LongestRound))).Load;

    private static TimeSpan Most(TimeSpan one, TimeSpan other) => one > other ? one : other;

    // A soak of ten minutes is one of overload, not of what comes between.
    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
