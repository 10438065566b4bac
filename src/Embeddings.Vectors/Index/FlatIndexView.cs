namespace Embeddings.Vectors.Index;

/// <summary>
/// One state of a <see cref="FlatIndex"/>: all its searches see the same rows, whatever is written meanwhile. Safe for any number of threads.
/// Rows that have died since are not used again until it is disposed, so it should not be kept for long.
/// </summary>
public sealed class FlatIndexView : IDisposable
{
    // Bytes of codes that a thread reads in a fraction of what it takes to wake it.
    private const long BytesWorthAThread = 1 << 20;

    private readonly Epochs.Snapshot _snapshot;
    private readonly int _dimensions;
    private readonly Metric _metric;
    private int _disposed;

    internal FlatIndexView(Epochs.Snapshot snapshot, int dimensions, Metric metric) => (_snapshot, _dimensions, _metric) = (snapshot, dimensions, metric);

    /// <summary>What the last <see cref="FlatIndex.Apply"/> before this state gave; null when there was none.</summary>
    public object? Companion => _snapshot.Companion;

    /// <inheritdoc cref="FlatIndex.SearchBatch"/>
    public Hit[][] SearchBatch(ReadOnlySpan<float> queries, int k, IdFilter? filter = null)
    {
        VectorCheck.Check(queries, queries.Length / _dimensions, _dimensions, nameof(queries));
        return Run(queries, k, float.NegativeInfinity, filter, ScanMode.Auto, out _);
    }

    /// <inheritdoc cref="FlatIndex.SearchRange"/>
    public Hit[] SearchRange(ReadOnlySpan<float> query, float score, IdFilter? filter = null)
    {
        VectorCheck.Check(query, 1, _dimensions, nameof(query));
        return float.IsNaN(score)
            ? throw new ArgumentException("The score is not a number.", nameof(score))
            : Run(query, int.MaxValue, Query.Score(_metric, score), filter, ScanMode.Auto, out _)[0];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _snapshot.Dispose();
        }
    }

    /// <summary>A search with kernels of choice.</summary>
    internal Hit[][] Run(ReadOnlySpan<float> queries, int k, float floor, IdFilter? filter, ScanMode mode, out long rescored)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        rescored = 0;
        if (_snapshot.Segments.Length == 0 || queries.IsEmpty)
        {
            return [.. Enumerable.Repeat(Array.Empty<Hit>(), queries.Length / _dimensions)];
        }

        var scan = new Scan(_snapshot, _metric, queries, _dimensions, k, floor, filter, mode);
        var bytes = _snapshot.Segments.Sum(segment => (long)segment.Count) * queries.Length;
        var hits = scan.Run((int)Math.Clamp(bytes / BytesWorthAThread, 0, Environment.ProcessorCount - 1));
        rescored = scan.Rescored;
        return hits;
    }
}
