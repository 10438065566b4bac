namespace Embeddings.Inference.Scheduling;

/// <summary>
/// Items that wait, by shape, in the order in which they came. Adding and removing take the same time however many
/// wait. Not thread-safe: it belongs to the <see cref="BatchQueue"/>.
/// </summary>
internal sealed class WaitingItems
{
    // Items of one shape that are looked at: enough for nearly any batch, and quick to look through when only items of
    // small jobs may be taken.
    private const int MostLookedAt = 64;

    // Shorter items that are considered, and as many longer ones. More made no batch cheaper.
    private const int MostNear = 24;

    private readonly Dictionary<Shape, LinkedList<WorkItem>> _byShape = [];

    /// <summary>Number of items.</summary>
    public int Count { get; private set; }

    public void Add(WorkItem item)
    {
        if (!_byShape.TryGetValue(item.Shape, out var items))
        {
            _byShape[item.Shape] = items = new LinkedList<WorkItem>();
        }

        items.AddLast(item.Node);
        Count++;
    }

    public void Remove(WorkItem item)
    {
        item.Node.List!.Remove(item.Node);
        Count--;
    }

    /// <summary>
    /// The best batch that holds one of the items: a full batch of its shape, or what
    /// <see cref="BatchPacking"/> finds among the items nearest in length. The items go on waiting until they are
    /// removed.
    /// </summary>
    public List<WorkItem> BatchOf(WorkItem first, BatchQueueSettings settings, bool smallOnly)
    {
        var most = settings.IsSingle ? 1 : Math.Max(1, settings.BatchCost / first.Cost);
        List<WorkItem> same = [first, .. Of(first.Shape, smallOnly).Where(item => item != first).Take(most - 1)];
        if (same.Count == most)
        {
            return same;
        }

        var near = Near(first.Shape, -settings.BatchOverhead, smallOnly);
        near.Reverse();
        var index = near.Count;
        near.AddRange(same);
        near.AddRange(Near(first.Shape, settings.BatchOverhead, smallOnly));
        return near[BatchPacking.BatchWith([.. near.Select(item => item.Cost)], index, settings.BatchCost, settings.BatchOverhead)];
    }

    // The nearest first. Padding an item whose length differs by more than the overhead costs more than a batch of its
    // own.
    private List<WorkItem> Near(Shape shape, int furthest, bool smallOnly)
    {
        var near = new List<WorkItem>();
        for (var distance = 1; distance <= Math.Abs(furthest) && near.Count < MostNear; distance++)
        {
            var other = shape with { Length = shape.Length + (distance * Math.Sign(furthest)) };
            near.AddRange(Of(other, smallOnly).Take(MostNear - near.Count));
        }

        return near;
    }

    private IEnumerable<WorkItem> Of(Shape shape, bool smallOnly) =>
        _byShape.GetValueOrDefault(shape)?.Take(MostLookedAt).Where(item => !smallOnly || item.Job!.IsSmall) ?? [];
}

/// <summary>
/// Which items of nearly equal length share a batch. A batch costs its overhead, and as many times its most costly item
/// as it has items, because the others are padded. Items in the order of their costs are cut into batches that together
/// cost least.
/// </summary>
internal static class BatchPacking
{
    /// <summary>The batch that holds one of the items.</summary>
    /// <param name="itemCosts">Cost of each item, ascending. The time grows with their number times the items of a
    /// batch; there are about a hundred.</param>
    /// <param name="index">Which of the items the batch must hold.</param>
    /// <param name="batchCost">Cost of a batch, padding included, unless one item costs more.</param>
    /// <param name="batchOverhead">What a batch costs beside its items.</param>
    /// <returns>Which of the items are in the batch.</returns>
    public static Range BatchWith(ReadOnlySpan<int> itemCosts, int index, int batchCost, int batchOverhead)
    {
        // At n: what the batches of the first n items cost together, and where the last of these batches begins.
        Span<int> costs = stackalloc int[itemCosts.Length + 1];
        Span<int> starts = stackalloc int[itemCosts.Length + 1];
        costs[0] = 0;
        for (var end = 1; end <= itemCosts.Length; end++)
        {
            var most = itemCosts[end - 1];
            costs[end] = int.MaxValue;
            for (var start = end - 1; start >= 0 && (start == end - 1 || (end - start) * most <= batchCost); start--)
            {
                var cost = costs[start] + batchOverhead + ((end - start) * most);
                // Of two ways that cost the same, the one with more items in the last batch.
                if (cost <= costs[end])
                {
                    (costs[end], starts[end]) = (cost, start);
                }
            }
        }

        var last = itemCosts.Length;
        while (starts[last] > index)
        {
            last = starts[last];
        }

        return starts[last]..last;
    }
}
