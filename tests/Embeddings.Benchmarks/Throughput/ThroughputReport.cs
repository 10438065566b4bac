namespace Embeddings.Benchmarks.Throughput;

/// <summary>All that was measured, as JSON has it.</summary>
/// <param name="Processors">Shared by the server and its clients.</param>
/// <param name="Model">The model's id.</param>
internal sealed record ThroughputReport(int Processors, string Model)
{
    public List<WorkloadResult> Workloads { get; } = [];

    public List<BesideResult> Beside { get; } = [];

    public List<OverloadResult> Overload { get; } = [];

    public List<PeerResult> Peer { get; } = [];
}

/// <summary>A workload, and the bare runtime with the same lengths.</summary>
/// <param name="Precision">Of the weights.</param>
/// <param name="Workload">Its name.</param>
/// <param name="Load">The server's.</param>
/// <param name="Ceiling">The bare runtime's, with vectors that are the same whatever else is embedded: with int8
/// weights, one text in a batch.</param>
/// <param name="Batched">The bare runtime's with several texts in a batch, where that changes their vectors.</param>
/// <param name="BareMilliseconds">Median of a batch of one text in the bare runtime.</param>
internal sealed record WorkloadResult(
    string Precision, string Workload, LoadResult Load, Ceiling Ceiling, Ceiling? Batched, double? BareMilliseconds)
{
    /// <summary>Tokens a second, server to bare runtime.</summary>
    public double OfCeiling => Load.TokensPerSecond / Ceiling.TokensPerSecond;

    /// <summary>The same, to the bare runtime with other vectors.</summary>
    public double? OfBatched => Load.TokensPerSecond / Batched?.TokensPerSecond;

    /// <summary>
    /// Processor time for a token, bare runtime to server: says the same where others use the machine too.
    /// </summary>
    public double OfProcessor => Ceiling.ProcessorSeconds / Load.ProcessorSeconds;
}

/// <summary>Queries alone, and beside one client that sends 2,048 texts at a time.</summary>
/// <param name="Precision">Of the weights.</param>
/// <param name="Clients">How many send queries, each one at a time.</param>
/// <param name="Idle">The queries alone.</param>
/// <param name="Beside">The queries beside the bulk.</param>
/// <param name="Bulk">The bulk, without the request that was broken off.</param>
internal sealed record BesideResult(string Precision, int Clients, LoadResult Idle, LoadResult Beside, LoadResult Bulk)
{
    /// <summary>How many times as long a slow query takes.</summary>
    public double Slowdown => Beside.Percentile99 / Idle.Percentile99;
}

/// <summary>Ten times as many requests as the server can answer.</summary>
/// <param name="Precision">Of the weights.</param>
/// <param name="Capacity">Tokens a second of clients that wait for their answers.</param>
/// <param name="Goodput">Tokens a second that were answered with 200, of all that was offered, while the queue was
/// full.</param>
/// <param name="Answered">Requests answered with 200.</param>
/// <param name="Refused">Requests answered with 429.</param>
/// <param name="Failed">Requests answered with any other status, or not at all.</param>
/// <param name="WithRetryAfter">Refusals with a Retry-After.</param>
/// <param name="RefusalPercentile99">99th percentile of a refusal in milliseconds.</param>
/// <param name="SlowestRefusal">Milliseconds of the slowest refusal.</param>
/// <param name="SlowRefusals">Of the refusals, those that took more than 50 milliseconds.</param>
/// <param name="StartMegabytes">Memory of the server before.</param>
/// <param name="HalfMegabytes">Most in the first half of the overload.</param>
/// <param name="PeakMegabytes">Most in all of it.</param>
/// <param name="EndMegabytes">At its end, while the queue was full.</param>
internal sealed record OverloadResult(
    string Precision, double Capacity, double Goodput, int Answered, int Refused, int Failed, int WithRetryAfter,
    double RefusalPercentile99, double SlowestRefusal, int SlowRefusals, double StartMegabytes, double HalfMegabytes, double PeakMegabytes, double EndMegabytes)
{
    public double OfCapacity => Goodput / Capacity;
}

/// <summary>transformers.js with the same weights and texts, 32 padded texts at a time.</summary>
/// <param name="Precision">Of the weights.</param>
/// <param name="Workload">Whose texts.</param>
/// <param name="TextsPerSecond">Of the peer.</param>
/// <param name="ServerTextsPerSecond">Of the server.</param>
internal sealed record PeerResult(string Precision, string Workload, double TextsPerSecond, double ServerTextsPerSecond)
{
    /// <summary>How many times as many the server does.</summary>
    public double Times => ServerTextsPerSecond / TextsPerSecond;
}
