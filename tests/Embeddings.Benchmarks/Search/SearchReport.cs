namespace Embeddings.Benchmarks.Search;

/// <summary>What the command measured, as it is written to a file.</summary>
/// <param name="Processors">Of the machine, for the server and the clients together.</param>
/// <param name="Dimensions">Numbers in a vector.</param>
internal sealed record SearchReport(int Processors, int Dimensions)
{
    public List<IngestResult> Ingest { get; } = [];

    public List<SearchResult> Searches { get; } = [];

    public List<StoreResult> Stores { get; } = [];
}

/// <summary>One way to bring documents in.</summary>
/// <param name="Way">The route.</param>
/// <param name="Clients">Clients at a time.</param>
/// <param name="Documents">Documents that were stored.</param>
/// <param name="Seconds">Time in which they were answered.</param>
/// <param name="PerSecond">Documents a second.</param>
/// <param name="MegabytesPerSecond">Of JSON, in millions of bytes.</param>
/// <param name="RequestMilliseconds">Median of a request.</param>
/// <param name="ClientCores">Processors that the clients kept busy.</param>
/// <param name="ServerCores">Processors that the server kept busy.</param>
internal sealed record IngestResult(
    string Way,
    int Clients,
    long Documents,
    double Seconds,
    double PerSecond,
    double MegabytesPerSecond,
    double RequestMilliseconds,
    double ClientCores,
    double ServerCores);

/// <summary>Searches by a number of clients.</summary>
/// <param name="Documents">In the collection.</param>
/// <param name="Clients">At a time; 0 for the bare index in the process of the benchmark.</param>
/// <param name="Filtered">Whether by a filter that keeps one document in a hundred.</param>
/// <param name="Median">Median of a search in milliseconds.</param>
/// <param name="Percentile99">99th percentile of a search in milliseconds.</param>
/// <param name="PerSecond">Searches a second.</param>
/// <param name="OfBareMedian">Median as a multiple of the bare index's, one query at a time.</param>
/// <param name="OfBareRate">Searches a second as a multiple of the bare index's, one query at a time.</param>
/// <param name="ClientCores">Processors that the clients kept busy.</param>
/// <param name="ServerCores">Processors that the server kept busy.</param>
/// <param name="ProcessorMilliseconds">Of the server, or of the bare index, for a search: says more than the rate where
/// others use the machine too.</param>
internal sealed record SearchResult(
    int Documents,
    int Clients,
    bool Filtered,
    double Median,
    double Percentile99,
    double PerSecond,
    double OfBareMedian,
    double OfBareRate,
    double ClientCores, double ServerCores, double ProcessorMilliseconds);

/// <summary>What a store of so many documents costs.</summary>
/// <param name="Documents">In the collection.</param>
/// <param name="StopSeconds">From SIGTERM to the end of the process.</param>
/// <param name="StartSeconds">From the start of the process to ready.</param>
/// <param name="LoadSeconds">Of these, what the store says it took to load.</param>
/// <param name="MemoryBytes">A document: beyond what a server takes that has none.</param>
/// <param name="DiskBytes">A document: the file, its log and its lock.</param>
internal sealed record StoreResult(
    int Documents, double StopSeconds, double StartSeconds, double LoadSeconds, double MemoryBytes, double DiskBytes);
