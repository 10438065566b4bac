using Embeddings.Vectors.Simd;

namespace Embeddings.Vectors.Index;

/// <summary>
/// One pass of several queries over a snapshot. Threads take chunks of rows until none is left. Each thread keeps its
/// own best rows. The threads share their thresholds, so that each can leave out more rows.
/// </summary>
internal sealed class Scan
{
    // Rows of a chunk. Long chunks read memory faster. With several queries a short chunk is still in the second-level
    // cache for the next query, and a small index needs enough chunks for all threads.
    private const int ShortChunk = 512;
    private const int LongChunk = 2_048;
    private const int LongChunksFrom = 100_000;

    // Fewer rows are scanned as floats in less time than it takes to find out whether codes help.
    private const int CodesFrom = 4_096;

    private readonly Epochs.Snapshot _snapshot;
    private readonly TopK[] _best;
    private readonly float[] _thresholds;
    private readonly int[] _lastChunks;
    private readonly int _chunkRows;
    private int _next = -1;

    /// <summary>
    /// Prepares a pass of queries [count, dimensions] for their <paramref name="k"/> best rows.
    /// </summary>
    public Scan(
        Epochs.Snapshot snapshot, Metric metric, ReadOnlySpan<float> queries, int dimensions, int k,
        Func<long, bool>? filter, IComparer<long>? ties, ScanMode mode, CancellationToken cancellationToken)
    {
        var rows = snapshot.Segments.Sum(segment => segment.Count);
        (_snapshot, Metric, Dimensions, K, Filter, Ties, Cancellation) = (
            snapshot, metric, dimensions, k, filter, ties, cancellationToken);
        var count = queries.Length / dimensions;
        Blocked = BlockedQueries(count, mode);
        Mode = mode == ScanMode.Auto && rows < CodesFrom ? ScanMode.Floats : mode;
        Queries = new Query[count];
        var stride = snapshot.Segments[0].RowStride;
        for (var i = 0; i < count; i++)
        {
            Queries[i] = new Query(
                queries.Slice(i * dimensions, dimensions), stride, metric,
                coded: i >= Blocked && Mode != ScanMode.Floats);
        }

        Packed = Pack();
        _best = NewBest();
        _thresholds = new float[count];
        Array.Fill(_thresholds, float.NegativeInfinity);
        _lastChunks = new int[snapshot.Segments.Length];
        _chunkRows = count - Blocked == 1 && rows >= LongChunksFrom ? LongChunk : ShortChunk;
        var chunks = 0;
        for (var i = 0; i < _lastChunks.Length; i++)
        {
            chunks += (snapshot.Segments[i].Count + _chunkRows - 1) / _chunkRows;
            _lastChunks[i] = chunks;
        }
    }

    public Metric Metric { get; }

    public int Dimensions { get; }

    public int K { get; }

    public Func<long, bool>? Filter { get; }

    /// <summary>The order of ids whose scores are equal; null for the smaller id first.</summary>
    public IComparer<long>? Ties { get; }

    /// <summary>Checked for every chunk.</summary>
    public CancellationToken Cancellation { get; }

    public ScanMode Mode { get; }

    public Query[] Queries { get; }

    /// <summary>
    /// How many of the first queries go through the block kernel; the others go through codes.
    /// </summary>
    public int Blocked { get; }

    /// <summary>The blocked queries, packed for the kernel.</summary>
    public float[] Packed { get; }

    public long Version => _snapshot.Version;

    /// <summary>Rows whose exact score was computed, over all queries.</summary>
    public long Rescored { get; private set; }

    /// <summary>Scans with up to <paramref name="helpers"/> threads beside this one.</summary>
    /// <returns>For each query its best rows, best first.</returns>
    public Hit[][] Run(int helpers)
    {
        Crew.Run(Work, helpers);
        return [.. _best.Select(best => best.ToSorted(key => Query.Score(Metric, key)))];
    }

    /// <summary>Takes the next chunk; false when none is left.</summary>
    public bool TryTake(out Segment segment, out int start, out int count)
    {
        var chunk = Interlocked.Increment(ref _next);
        var i = 0;
        while (i < _lastChunks.Length && chunk >= _lastChunks[i])
        {
            i++;
        }

        if (i == _lastChunks.Length)
        {
            (segment, start, count) = (_snapshot.Segments[0], 0, 0);
            return false;
        }

        segment = _snapshot.Segments[i];
        start = (chunk - (i == 0 ? 0 : _lastChunks[i - 1])) * _chunkRows;
        count = Math.Min(_chunkRows, segment.Count - start);
        return true;
    }

    /// <summary>The best threshold that any thread has reached for a query.</summary>
    public float Threshold(int query) => Volatile.Read(ref _thresholds[query]);

    /// <summary>
    /// Shares a threshold with the other threads. If two threads share at once, the lower one may stay, which is still
    /// a valid threshold.
    /// </summary>
    public void Share(int query, float threshold)
    {
        if (threshold > Volatile.Read(ref _thresholds[query]))
        {
            Volatile.Write(ref _thresholds[query], threshold);
        }
    }

    public TopK[] NewBest() => [.. Queries.Select(_ => new TopK(K, Ties))];

    // Full panels go through the block kernel. A rest of up to half a panel is faster through codes than as a panel
    // with empty lanes.
    private static int BlockedQueries(int count, ScanMode mode)
    {
        if (mode != ScanMode.Auto)
        {
            return mode == ScanMode.Blocks ? count : 0;
        }

        var rest = count % BlockKernel.PanelWidth;
        return rest <= BlockKernel.PanelWidth / 2 ? count - rest : count;
    }

    private float[] Pack()
    {
        if (Blocked == 0)
        {
            return [];
        }

        var rows = new float[Blocked * Dimensions];
        for (var i = 0; i < Blocked; i++)
        {
            Queries[i].ScanValues.AsSpan(0, Dimensions).CopyTo(rows.AsSpan(i * Dimensions));
        }

        var panels = (Blocked + BlockKernel.PanelWidth - 1) / BlockKernel.PanelWidth;
        var packed = new float[panels * BlockKernel.PanelWidth * Dimensions];
        BlockKernel.Pack(rows, Dimensions, packed);
        return packed;
    }

    private void Work()
    {
        var worker = new ScanWorker(this);
        worker.Run();
        lock (_best)
        {
            Rescored += worker.Rescored;
            for (var i = 0; i < _best.Length; i++)
            {
                _best[i].Merge(worker.Best[i]);
            }
        }
    }
}

/// <summary>Which kernels a scan uses. All give the same hits.</summary>
internal enum ScanMode
{
    /// <summary>The fastest for the number of rows and queries.</summary>
    Auto,

    /// <summary>Codes first, wherever they help.</summary>
    Codes,

    /// <summary>One query at a time over float rows.</summary>
    Floats,

    /// <summary>Blocks of queries over float rows.</summary>
    Blocks,
}
