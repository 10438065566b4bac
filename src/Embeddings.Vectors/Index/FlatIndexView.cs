namespace Embeddings.Vectors.Index;

/// <summary>
/// One state of a <see cref="FlatIndex"/>: all its searches see the same rows, whatever is written meanwhile. Safe for
/// any number of threads. Rows that have died since are not used again until the view is disposed of, so it should not
/// be kept for long.
/// </summary>
public sealed class FlatIndexView : IDisposable
{
    // Bytes of codes for each further thread: it reads fewer in less time than it takes to wake it.
    private const long BytesWorthAThread = 1 << 20;

    private readonly Epochs.Snapshot _snapshot;
    private readonly int _dimensions;
    private readonly Metric _metric;
    private int _disposed;

    internal FlatIndexView(Epochs.Snapshot snapshot, int dimensions, Metric metric) =>
        (_snapshot, _dimensions, _metric) = (snapshot, dimensions, metric);

    /// <summary>
    /// The companion that an <see cref="FlatIndex.Apply"/> before this state was given last; null if there was none.
    /// </summary>
    public object? Companion => _snapshot.Companion;

    /// <summary>
    /// The k nearest rows of each of several queries, nearest first, equal scores by the smaller id; all rows when
    /// there are fewer than k.
    /// </summary>
    /// <param name="queries">Row-major [n, dimensions].</param>
    /// <param name="k">At least 1.</param>
    /// <param name="filter">
    /// Which ids may be found; null for all. Called from several threads at once, and only for rows whose score is good
    /// enough.
    /// </param>
    /// <param name="ties">
    /// The order of ids whose scores are equal; null for the smaller id first. Called from several threads at once.
    /// </param>
    /// <param name="cancellationToken">Cancels the scan within a few thousand rows.</param>
    /// <exception cref="ArgumentException">A number is not finite or beyond <see cref="FlatIndex.MaxMagnitude"/>.
    /// </exception>
    public Hit[][] SearchBatch(
        ReadOnlySpan<float> queries, int k, Func<long, bool>? filter, IComparer<long>? ties,
        CancellationToken cancellationToken)
    {
        VectorCheck.Check(queries, queries.Length / _dimensions, _dimensions, nameof(queries));
        return Run(queries, k, filter, ties, ScanMode.Auto, out _, cancellationToken);
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
    internal Hit[][] Run(
        ReadOnlySpan<float> queries, int k, Func<long, bool>? filter, IComparer<long>? ties, ScanMode mode,
        out long rescored, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        rescored = 0;
        if (_snapshot.Segments.Length == 0 || queries.IsEmpty)
        {
            return [.. Enumerable.Repeat(Array.Empty<Hit>(), queries.Length / _dimensions)];
        }

        var scan = new Scan(_snapshot, _metric, queries, _dimensions, k, filter, ties, mode, cancellationToken);
        var bytes = _snapshot.Segments.Sum(segment => (long)segment.Count) * queries.Length;
        var hits = scan.Run((int)Math.Clamp(bytes / BytesWorthAThread, 0, Environment.ProcessorCount - 1));
        rescored = scan.Rescored;
        return hits;
    }
}
