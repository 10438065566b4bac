namespace Embeddings.Benchmarks.Throughput;

/// <summary>What a server did in a stretch of time.</summary>
/// <param name="Requests">Requests answered.</param>
/// <param name="Failures">Of them, other than 200.</param>
/// <param name="TextsPerSecond">A request at the edge counts for the part of it that lies within.</param>
/// <param name="TokensPerSecond">Likewise.</param>
/// <param name="Median">Milliseconds of a request.</param>
/// <param name="Percentile95">All but one in twenty.</param>
/// <param name="Percentile99">All but one in a hundred.</param>
/// <param name="ProcessorSeconds">Of the server, for a million tokens.</param>
/// <param name="PeakMegabytes">Memory of the server.</param>
internal sealed record LoadResult(
    int Requests, int Failures, double TextsPerSecond, double TokensPerSecond, double Median, double Percentile95, double Percentile99, double ProcessorSeconds, double PeakMegabytes)
{
    public static LoadResult Of(IReadOnlyList<Exchange> exchanges, TimeSpan start, TimeSpan stop, TimeSpan processor, long peakBytes)
    {
        var within = exchanges.Where(exchange => exchange.End > start && exchange.End <= stop).ToList();
        double[] milliseconds = [.. within.Select(exchange => exchange.Milliseconds).Order()];
        var (texts, tokens) = (0.0, 0.0);
        foreach (var exchange in exchanges.Where(exchange => exchange.IsGood && exchange.End > start && exchange.Start < stop))
        {
            var inside = TimeSpan.FromTicks(Math.Min(exchange.End.Ticks, stop.Ticks) - Math.Max(exchange.Start.Ticks, start.Ticks));
            var part = inside / (exchange.End - exchange.Start);
            texts += part * exchange.Request.Texts.Count;
            tokens += part * exchange.Request.Tokens;
        }

        var seconds = (stop - start).TotalSeconds;
        return new LoadResult(
            within.Count,
            within.Count(exchange => !exchange.IsGood),
            texts / seconds,
            tokens / seconds,
            Percentile(milliseconds, 0.5),
            Percentile(milliseconds, 0.95),
            Percentile(milliseconds, 0.99),
            tokens > 0 ? 1e6 * processor.TotalSeconds / tokens : 0,
            peakBytes / 1e6);
    }

    /// <summary>The value below which a part of them lies.</summary>
    public static double Percentile(double[] sorted, double part) => sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(part * sorted.Length))];
}
