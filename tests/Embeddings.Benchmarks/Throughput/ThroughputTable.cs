using System.Globalization;

namespace Embeddings.Benchmarks.Throughput;

/// <summary>Writes each result as soon as it is there, and keeps it.</summary>
internal sealed class ThroughputTable(ThroughputReport report, TextWriter output)
{
    public ThroughputReport Report => report;

    /// <summary>Whether a request was answered with something that it should not have been.</summary>
    public bool HasFailures =>
        report.Workloads.Exists(result => result.Load.Failures > 0)
        || report.Beside.Exists(result => result.Idle.Failures + result.Beside.Failures + result.Bulk.Failures > 0)
        || report.Overload.Exists(result => result.Failed > 0 || result.WithRetryAfter < result.Refused);

    public void Add(WorkloadResult result)
    {
        if (report.Workloads.Count == 0)
        {
            Write($"{report.Model} on {report.Processors} processors, which the clients share");
            Write($"{"",-5} {"workload",-9}{"texts/s",9}{"tokens/s",10}{"p50 ms",9}{"p95 ms",9}{"p99 ms",9}{"CPU s/Mtoken",14}{"peak MB",9}{"bare tokens/s",15}{"by",9}{"ratio",7}{"CPU ratio",11}{"of batched",12}");
        }

        report.Workloads.Add(result);
        var (load, ceiling) = (result.Load, result.Ceiling);
        var way = $"{ceiling.Workers}x{ceiling.Threads} b{ceiling.Batch}";
        Write($"{result.Precision,-5} {result.Workload,-9}{load.TextsPerSecond,9:0}{load.TokensPerSecond,10:0}{load.Median,9:0.00}{load.Percentile95,9:0.00}{load.Percentile99,9:0.00}{load.ProcessorSeconds,14:0.0}{load.PeakMegabytes,9:0}{ceiling.TokensPerSecond,15:0}{way,9}{result.OfCeiling,7:0.00}{result.OfProcessor,11:0.00}{result.OfBatched,12:0.00}");
        if (result.BareMilliseconds is { } bare)
        {
            Write($"{result.Precision,-5} lone: p50 {load.Median:0.00} ms, bare {bare:0.00} ms; {(load.Median - 0.3) / bare:0.00} x bare + 0.3 ms");
        }

        if (load.Failures > 0)
        {
            Write($"{result.Precision,-5} {load.Failures} of {load.Requests} requests failed");
        }
    }

    public void Add(BesideResult result)
    {
        report.Beside.Add(result);
        Write($"{result.Precision,-5} beside: {result.Clients} clients, queries p50 {result.Beside.Median:0.0} ms, p99 {result.Beside.Percentile99:0.0}; alone {result.Idle.Median:0.0}, {result.Idle.Percentile99:0.0}; p99 {result.Slowdown:0.00} x; {result.Beside.TokensPerSecond:0} tokens/s, alone {result.Idle.TokensPerSecond:0}");
    }

    public void Add(OverloadResult result)
    {
        report.Overload.Add(result);
        Write($"{result.Precision,-5} overload: goodput {result.Goodput:0} of {result.Capacity:0} tokens/s, {result.OfCapacity:0.00}; {result.Answered} answered, {result.Refused} refused, {result.Failed} failed; Retry-After on {(double)result.WithRetryAfter / Math.Max(1, result.Refused):0%}; refusals p99 {result.RefusalPercentile99:0.0} ms, slowest {result.SlowestRefusal:0.0}, {result.SlowRefusals} over 50; memory {result.StartMegabytes:0} MB before, most in the first half {result.HalfMegabytes:0}, in all {result.PeakMegabytes:0}, at the end {result.EndMegabytes:0}");
    }

    public void Add(PeerResult result)
    {
        report.Peer.Add(result);
        Write($"{result.Precision,-5} {result.Workload} by transformers.js: {result.TextsPerSecond:0} texts/s; the server {result.ServerTextsPerSecond:0}, {result.Times:0.00} x as many");
    }

    private void Write(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
