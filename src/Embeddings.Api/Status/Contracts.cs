namespace Embeddings.Api.Status;

/// <summary>What the server does now.</summary>
/// <param name="Object">Always <c>status</c>.</param>
/// <param name="Version">Version of the program.</param>
/// <param name="UptimeSeconds">Seconds since the process started.</param>
/// <param name="Ready">Whether the default model can embed.</param>
/// <param name="TokensPerSecond">Tokens that all models read a second, the mean of the last 10 s.</param>
/// <param name="Tokens">Tokens that they have read since the start.</param>
/// <param name="Processors">Processors that the process may use.</param>
/// <param name="Memory">Its memory.</param>
/// <param name="Models">The models whose files are here; the first is the default.</param>
public sealed record ServerStatus(
    string Object,
    string Version,
    long UptimeSeconds,
    bool Ready,
    double TokensPerSecond,
    long Tokens,
    int Processors,
    MemoryStatus Memory,
    IReadOnlyList<ModelStatus> Models);

/// <summary>Memory of the process.</summary>
/// <param name="UsedBytes">Bytes of physical memory that it has.</param>
/// <param name="AvailableBytes">Bytes that it may have: the container's limit, or the machine's memory.</param>
public sealed record MemoryStatus(long UsedBytes, long AvailableBytes);

/// <summary>What a model does now.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Precision">Which of its weights are served: <c>fp32</c>, <c>int8</c>.</param>
/// <param name="Dimensions">Length of its vectors.</param>
/// <param name="MaxTokens">Tokens it reads of one text.</param>
/// <param name="Loaded">Whether it is in memory; a model is loaded at its first use.</param>
/// <param name="Healthy">Whether it can embed.</param>
/// <param name="QueuedTokens">Tokens that wait or are being read.</param>
/// <param name="Workers">Threads that run batches.</param>
public sealed record ModelStatus(
    string Id,
    string Precision,
    int Dimensions,
    int MaxTokens,
    bool Loaded,
    bool Healthy,
    long QueuedTokens,
    int Workers);
