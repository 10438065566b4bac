namespace Embeddings.Benchmarks.Server;

/// <summary>What a server did under load, and who was busy with it.</summary>
/// <param name="Requests">Requests answered.</param>
/// <param name="Seconds">Time in which they were answered.</param>
/// <param name="Median">Median of a request in milliseconds.</param>
/// <param name="Percentile99">99th percentile of a request in milliseconds.</param>
/// <param name="ClientCores">Processors that the clients kept busy, on average: much of the machine means that they
/// were measured and not the server.</param>
/// <param name="ServerCores">Processors that the server kept busy.</param>
internal sealed record Load(
    int Requests, double Seconds, double Median, double Percentile99, double ClientCores, double ServerCores)
{
    /// <summary>Requests a second.</summary>
    public double Rate => Requests / Seconds;

    /// <summary>
    /// Milliseconds of a processor that the server spent on a request: says more than the rate where others use the
    /// machine too.
    /// </summary>
    public double ServerMilliseconds => 1000 * ServerCores / Rate;

    public static Load Of(
        List<long> ticks,
        TimeSpan elapsed,
        (TimeSpan Client, TimeSpan Server) before,
        (TimeSpan Client, TimeSpan Server) after)
    {
        ticks.Sort();
        return new Load(
            ticks.Count,
            elapsed.TotalSeconds,
            Percentile(ticks, 0.5),
            Percentile(ticks, 0.99),
            (after.Client - before.Client) / elapsed,
            (after.Server - before.Server) / elapsed);
    }

    private static double Percentile(List<long> sorted, double part) =>
        sorted.Count == 0
            ? double.NaN
            : (double)sorted[Math.Min(sorted.Count - 1, (int)(part * sorted.Count))] / TimeSpan.TicksPerMillisecond;
}
