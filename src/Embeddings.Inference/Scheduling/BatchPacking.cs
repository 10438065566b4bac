namespace Embeddings.Inference.Scheduling;

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
