namespace Embeddings.Vectors.Index;

/// <summary>Where a row lies.</summary>
internal readonly record struct Slot(Segment Segment, int Row);

/// <summary>
/// The writer's side of an index: which row has which id, and where new rows go. For one thread at a time.
/// </summary>
internal sealed class RowTable(int dimensions, Metric metric)
{
    private const int MostFirstRows = 64;
    private const int FirstSegmentBytes = 1 << 20;
    private const int LargestSegmentRows = 16_384;
    private const int LargestSegmentBytes = 64 << 20;

    private readonly Dictionary<long, Slot> _slots = [];

    /// <summary>Rows there are.</summary>
    public int Count => _slots.Count;

    /// <summary>
    /// Adds or replaces rows [ids.Length, dimensions] for readers from <paramref name="version"/> on.
    /// </summary>
    /// <param name="segments">What <see cref="Reserve"/> has given.</param>
    /// <param name="ids">One for each row.</param>
    /// <param name="vectors">The rows, row-major.</param>
    /// <param name="version">The version being made.</param>
    /// <param name="oldest">The oldest version that anyone may still read.</param>
    public void Write(
        Segment[] segments, ReadOnlySpan<long> ids, ReadOnlySpan<float> vectors, long version, long oldest)
    {
        var first = 0;
        for (var i = 0; i < ids.Length; i++)
        {
            Write(segments, ref first, ids[i], vectors.Slice(i * dimensions, dimensions), version, oldest);
        }
    }

    /// <summary>Allocates room for rows, so that their write cannot run out of memory.</summary>
    /// <returns>
    /// The segments, with new ones if there was not enough room. If memory runs out, nothing has changed.
    /// </returns>
    public Segment[] Reserve(Segment[] segments, int rows, long oldest)
    {
        var needed = _slots.Count + rows;
        if (needed > _slots.Capacity)
        {
            // Doubled, since the dictionary itself would grow for just these rows, and again for the next few.
            _slots.EnsureCapacity(Math.Max(needed, (int)Math.Min(2L * _slots.Capacity, Array.MaxLength / 2)));
        }

        return Grow(segments, rows, oldest);
    }

    /// <summary>Ends rows for readers from <paramref name="version"/> on.</summary>
    /// <returns>How many there were.</returns>
    public int Remove(ReadOnlySpan<long> ids, long version)
    {
        var removed = 0;
        foreach (var id in ids)
        {
            if (_slots.Remove(id, out var slot))
            {
                slot.Segment.End(slot.Row, version);
                removed++;
            }
        }

        return removed;
    }

    /// <summary>
    /// Compaction. If more rows are dead than alive, moves the rows of the emptiest segment to others, or to a new
    /// smaller segment. Drops segments without rows; a search that still reads one keeps it until its end.
    /// </summary>
    public Segment[] Compact(Segment[] segments, long version, long oldest)
    {
        if (segments.Sum(segment => segment.Dead) > segments.Sum(segment => segment.Live))
        {
            var emptiest = segments.MinBy(segment => (double)segment.Live / segment.Capacity)!;
            if (emptiest.Live <= emptiest.Capacity / 4)
            {
                segments = Grow([.. segments.Where(segment => segment != emptiest)], emptiest.Live, oldest);
                var first = 0;
                foreach (var row in emptiest.LiveRows.ToArray())
                {
                    Write(segments, ref first, emptiest.Id(row), emptiest.Row(row)[..dimensions], version, oldest);
                }
            }
        }

        return segments.Any(segment => segment.Live == 0) ? [.. segments.Where(segment => segment.Live > 0)] : segments;
    }

    private void Write(
        Segment[] segments, ref int first, long id, ReadOnlySpan<float> vector, long version, long oldest)
    {
        int row;
        while (!segments[first].TryTake(oldest, out row))
        {
            first++;
        }

        segments[first].Write(row, id, vector, version);
        if (_slots.TryGetValue(id, out var old))
        {
            old.Segment.End(old.Row, version);
        }

        _slots[id] = new Slot(segments[first], row);
    }

    // Allocated before any row is written: a write that runs out of memory must have changed nothing.
    private Segment[] Grow(Segment[] segments, int rows, long oldest)
    {
        long room = segments.Sum(segment => segment.Free(oldest));
        var grown = new List<Segment>(segments);
        while (room < rows)
        {
            var rowBytes = Segment.RowStrideOf(dimensions) * sizeof(float);
            var first = Math.Clamp(FirstSegmentBytes / rowBytes, 1, MostFirstRows);
            var largest = Math.Clamp(LargestSegmentBytes / rowBytes, first, LargestSegmentRows);
            var capacity = Math.Min(largest, grown.Count == 0 ? first : 2 * grown[^1].Capacity);
            grown.Add(new Segment(capacity, dimensions, metric));
            room += capacity;
        }

        return grown.Count == segments.Length ? segments : [.. grown];
    }
}
