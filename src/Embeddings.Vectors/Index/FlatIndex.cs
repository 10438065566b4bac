namespace Embeddings.Vectors.Index;

/// <summary>
/// Exact nearest-neighbour search over vectors in memory, like FAISS' flat index: every search returns what a
/// comparison of the query with every row would.
/// </summary>
/// <remarks>
/// Safe for any number of threads. Writes run one after the other; searches run beside them and see the state between
/// two writes. A row takes 4 bytes a dimension for its floats, 1 byte a dimension for its codes, and about 100 bytes
/// more.
/// </remarks>
public sealed partial class FlatIndex
{
    /// <summary>The largest number of dimensions.</summary>
    public const int MaxDimensions = 65_536;

    /// <summary>The largest magnitude of a coordinate; beyond it sums of squares would overflow.</summary>
    public const float MaxMagnitude = 1e15f;

    private readonly Lock _writing = new();
    private readonly RowTable _table;
    private readonly Epochs _epochs = new();
    private int _count;

    /// <summary>Makes an empty index.</summary>
    /// <param name="dimensions">Coordinates of a vector, 1 to <see cref="MaxDimensions"/>.</param>
    /// <param name="metric">How vectors are compared.</param>
    public FlatIndex(int dimensions, Metric metric)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions, MaxDimensions);
        if (!Enum.IsDefined(metric))
        {
            throw new ArgumentOutOfRangeException(nameof(metric), metric, "Not a metric.");
        }

        (Dimensions, Metric) = (dimensions, metric);
        _table = new RowTable(dimensions, metric);
    }

    /// <summary>Coordinates of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>How vectors are compared.</summary>
    public Metric Metric { get; }

    /// <summary>Rows in the index.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Bytes of memory, with the room allocated for further rows.</summary>
    public long Bytes => _epochs.Segments.Sum(segment => segment.Bytes);

    /// <summary>Rows there is room for.</summary>
    internal int Capacity => _epochs.Segments.Sum(segment => segment.Capacity);

    /// <summary>Adds a vector under an id, or replaces the one that has it.</summary>
    /// <exception cref="ArgumentException">
    /// Another length, or a number that is not finite or beyond <see cref="MaxMagnitude"/>.
    /// </exception>
    public void Upsert(long id, ReadOnlySpan<float> vector) => Upsert([id], vector);

    /// <summary>
    /// Adds or replaces several vectors at once: a search sees all of them or none. If an id occurs twice, the last
    /// vector stays.
    /// </summary>
    /// <param name="ids">One for each vector.</param>
    /// <param name="vectors">Row-major [ids.Length, dimensions].</param>
    /// <exception cref="ArgumentException">
    /// Another length, or a number that is not finite or beyond <see cref="MaxMagnitude"/>. Nothing was changed.
    /// </exception>
    public void Upsert(ReadOnlySpan<long> ids, ReadOnlySpan<float> vectors)
    {
        Check(vectors, ids.Length, nameof(vectors));
        Change([], ids, vectors);
    }

    /// <summary>
    /// Removes rows and then adds or replaces others, all at once: a search sees all changes or none.
    /// </summary>
    /// <param name="removed">Ids to remove. Ids without a row are ignored.</param>
    /// <param name="ids">One for each vector.</param>
    /// <param name="vectors">Row-major [ids.Length, dimensions].</param>
    /// <param name="companion">
    /// The caller's object that belongs to this state: <see cref="FlatIndexView.Companion"/>. Null for the one before.
    /// </param>
    /// <param name="isChecked">
    /// Whether the caller has checked every vector with <see cref="VectorCheck"/>, so that it is not checked again.
    /// </param>
    /// <exception cref="ArgumentException">
    /// As for <see cref="Upsert(ReadOnlySpan{long}, ReadOnlySpan{float})"/>. Nothing was changed.
    /// </exception>
    public void Apply(
        ReadOnlySpan<long> removed, ReadOnlySpan<long> ids, ReadOnlySpan<float> vectors, object? companion = null,
        bool isChecked = false)
    {
        if (!isChecked)
        {
            Check(vectors, ids.Length, nameof(vectors));
        }

        Change(removed, ids, vectors, companion);
    }

    /// <summary>Removes a row.</summary>
    /// <returns>False when there was none with this id.</returns>
    public bool Remove(long id) => Remove([id]) == 1;

    /// <summary>Removes several rows at once: a search sees all of them or none.</summary>
    /// <returns>How many there were.</returns>
    public int Remove(ReadOnlySpan<long> ids) => Change(ids, [], []);

    /// <summary>The state of this moment, to be read row by row.</summary>
    internal IndexState EnterState() => new(_epochs.Enter());

    private int Change(
        ReadOnlySpan<long> removed, ReadOnlySpan<long> ids, ReadOnlySpan<float> vectors, object? companion = null)
    {
        lock (_writing)
        {
            var version = _epochs.Version + 1;
            var segments = _table.Reserve(_epochs.Segments, ids.Length, _epochs.Oldest());
            var count = _table.Remove(removed, version);
            _table.Write(segments, ids, vectors, version, _epochs.Oldest());
            Publish(version, segments, companion);
            Compact();
            return count;
        }
    }

    // Compaction: moves the rows of sparse segments together, one segment after the other, each move a version of its
    // own.
    private void Compact()
    {
        try
        {
            for (var before = Array.Empty<Segment>(); before != _epochs.Segments;)
            {
                before = _epochs.Segments;
                var version = _epochs.Version + 1;
                if (_table.Compact(before, version, _epochs.Oldest()) is var after && after != before)
                {
                    Publish(version, after);
                }
            }
        }
        catch (OutOfMemoryException)
        {
            // The write has been made; the next write compacts the dead rows.
        }
    }

    private void Publish(long version, Segment[] segments, object? companion = null)
    {
        _epochs.Publish(version, segments, companion ?? _epochs.Companion);
        Volatile.Write(ref _count, _table.Count);
    }

    private void Check(ReadOnlySpan<float> vectors, int count, string name) =>
        VectorCheck.Check(vectors, count, Dimensions, name);
}
