namespace Embeddings.Vectors.Index;

/// <content>Searches.</content>
public sealed partial class FlatIndex
{
    private const int LongestListLookedUp = 8_192;

    /// <summary>
    /// The k nearest rows, nearest first, equal scores by the smaller id; all rows when there are fewer than k.
    /// </summary>
    /// <param name="query">[dimensions]</param>
    /// <param name="k">At least 1.</param>
    /// <param name="filter">Which ids may be found; null for all.</param>
    /// <exception cref="ArgumentException">As for <see cref="Upsert(long, ReadOnlySpan{float})"/>.</exception>
    public Hit[] Search(ReadOnlySpan<float> query, int k, IdFilter? filter = null)
    {
        Check(query, 1, nameof(query));
        return Run(query, k, float.NegativeInfinity, filter, ScanMode.Auto, out _)[0];
    }

    /// <summary>What <see cref="Search"/> gives for each of several queries, in less time.</summary>
    /// <param name="queries">Row-major [n, dimensions].</param>
    /// <param name="k">At least 1.</param>
    /// <param name="filter">Which ids may be found; null for all.</param>
    /// <param name="ties">
    /// The order of ids whose scores are equal; null for the smaller id first. Called from several threads at once.
    /// </param>
    public Hit[][] SearchBatch(
        ReadOnlySpan<float> queries, int k, IdFilter? filter = null, IComparer<long>? ties = null)
    {
        Check(queries, queries.Length / Dimensions, nameof(queries));
        return Run(queries, k, float.NegativeInfinity, filter, ScanMode.Auto, out _, ties);
    }

    /// <summary>
    /// Every row with at least a cosine or dot product, or at most a distance; nearest first, equal scores by the
    /// smaller id.
    /// </summary>
    /// <param name="query">[dimensions]</param>
    /// <param name="score">The bound; rows that have exactly this score are found.</param>
    /// <param name="filter">Which ids may be found; null for all.</param>
    public Hit[] SearchRange(ReadOnlySpan<float> query, float score, IdFilter? filter = null)
    {
        Check(query, 1, nameof(query));
        if (float.IsNaN(score))
        {
            throw new ArgumentException("The score is not a number.", nameof(score));
        }

        return Run(query, int.MaxValue, Query.Score(Metric, score), filter, ScanMode.Auto, out _)[0];
    }

    /// <summary>
    /// The current state. All searches of a view see the same rows, whatever is written meanwhile.
    /// </summary>
    public FlatIndexView Enter() => new(_epochs.Enter(), Dimensions, Metric);

    /// <summary>A search with kernels of choice, for tests and benchmarks.</summary>
    internal Hit[][] Run(
        ReadOnlySpan<float> queries, int k, float floor, IdFilter? filter, ScanMode mode, out long rescored,
        IComparer<long>? ties = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        rescored = 0;
        if (filter is IdFilter.SetFilter { Ids: var ids } && ids.Count <= LongestListLookedUp && ids.Count <= Count / 8)
        {
            return LookUp(queries, k, floor, ids, ties);
        }

        using var view = Enter();
        return view.Run(queries, k, floor, filter, ties, mode, out rescored, CancellationToken.None);
    }

    // For a filter of few ids: looks up their rows instead of a scan, all in one version.
    private Hit[][] LookUp(ReadOnlySpan<float> queries, int k, float floor, HashSet<long> ids, IComparer<long>? ties)
    {
        Epochs.Snapshot snapshot;
        var slots = new List<(long Id, Slot Slot)>(ids.Count);
        lock (_writing)
        {
            snapshot = _epochs.Enter();
            foreach (var id in ids)
            {
                if (_table.TryFind(id, out var slot))
                {
                    slots.Add((id, slot));
                }
            }
        }

        using (snapshot)
        {
            var hits = new Hit[queries.Length / Dimensions][];
            for (var i = 0; i < hits.Length; i++)
            {
                var query = new Query(
                    queries.Slice(i * Dimensions, Dimensions), Segment.RowStrideOf(Dimensions), Metric, coded: false);
                var best = new TopK(k, floor, ties);
                foreach (var (id, slot) in slots)
                {
                    best.Offer(query.Key(slot.Segment.Row(slot.Row)), id);
                }

                hits[i] = best.ToSorted(key => Query.Score(Metric, key));
            }

            return hits;
        }
    }
}
