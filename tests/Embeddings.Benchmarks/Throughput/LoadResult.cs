namespace Embeddings.Benchmarks.Throughput;

/// <summary>What a server did in a stretch of time.</summary>
/// <param name="Requests">Requests that were under way.</param>
/// <param name="Failures">Those of them whose status was not 200.</param>
/// <param name="TextsPerSecond">A request at the edge counts for the part of it that lies within.</param>
/// <param name="TokensPerSecond">Likewise.</param>
/// <param name="Median">Median of a request in milliseconds.</param>
/// <param name="Percentile95">95th percentile of a request in milliseconds.</param>
/// <param name="Percentile99">99th percentile of a request in milliseconds.</param>
/// <param name="ProcessorSeconds">Of the server, for a million tokens.</param>
/// <param name="PeakMegabytes">Memory of the server.</param>
internal sealed record LoadResult(
    int Requests,
    int Failures,
    double TextsPerSecond,
    double TokensPerSecond,
    double Median,
    double Percentile95,
    double Percentile99,
    double ProcessorSeconds,
    double PeakMegabytes)
{
    /// <summary>All slices together.</summary>
    public static LoadResult Of(IReadOnlyList<LoadSlice> slices)
    {
        double[] milliseconds =
            [.. slices.SelectMany(slice => slice.InFlight).Select(exchange => exchange.Milliseconds).Order()];
        var (texts, tokens) = (0.0, 0.0);
        foreach (var slice in slices)
        {
            foreach (var (exchange, part) in slice.Parts)
            {
                texts += part * exchange.Request.Texts.Count;
                tokens += part * exchange.Request.Tokens;
            }
        }

        var seconds = slices.Sum(slice => (slice.Stop - slice.Start).TotalSeconds);
        return new LoadResult(
            milliseconds.Length,
            slices.Sum(slice => slice.InFlight.Count(exchange => !exchange.IsGood)),
            texts / seconds,
            tokens / seconds,
            Percentile(milliseconds, 0.5),
            Percentile(milliseconds, 0.95),
            Percentile(milliseconds, 0.99),
            tokens > 0 ? 1e6 * slices.Sum(slice => slice.Processor.TotalSeconds) / tokens : 0,
            slices.Max(slice => slice.PeakBytes) / 1e6);
    }

    /// <summary>The value below which a part of them lies.</summary>
    public static double Percentile(double[] sorted, double part) =>
        sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(part * sorted.Length))];
}

/// <summary>A stretch of time in which a server was under load.</summary>
/// <param name="Exchanges">Of the stretch, and some before and after.</param>
/// <param name="Start">When it began.</param>
/// <param name="Stop">When it ended.</param>
/// <param name="Processor">Time of the server.</param>
/// <param name="PeakBytes">Memory of the server.</param>
internal sealed record LoadSlice(
    IReadOnlyList<Exchange> Exchanges, TimeSpan Start, TimeSpan Stop, TimeSpan Processor, long PeakBytes)
{
    /// <summary>Those that were under way at some time of it: long ones at its edges count too.</summary>
    public IEnumerable<Exchange> InFlight => Exchanges.Where(exchange => exchange.End > Start && exchange.Start < Stop);

    /// <summary>Those with vectors, and which part of each lies in it.</summary>
    public IEnumerable<(Exchange Exchange, double Part)> Parts => InFlight
        .Where(exchange => exchange.IsGood)
        .Select(exchange => (exchange, (Least(exchange.End, Stop) - Most(exchange.Start, Start)) / (exchange.End - exchange.Start)));

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Most(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
