namespace Embeddings.Inference.Scheduling;

/// <summary>
/// Which items of nearly equal length share a run. A run costs as many tokens as its items have, padded to the most,
/// and its overhead; items in the order of their itemCosts are cut into runs so that all of them together cost least.
/// </summary>
internal static class BatchPacking
{
    /// <summary>The run that holds one of the items.</summary>
    /// <param name="itemCosts">Cost of each item, ascending; a hundred or so.</param>
    /// <param name="index">The one that is to be run.</param>
    /// <param name="batchCost">Cost of a batch, padding included, unless one item costs more.</param>
    /// <param name="batchOverhead">What a batch costs beside its items.</param>
    /// <returns>Which of the items are in it.</returns>
    public static Range BatchWith(ReadOnlySpan<int> itemCosts, int index, int batchCost, int batchOverhead)
    {
        // Of the first n items: what their runs cost, and where the last of these begins.
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
                // Of two ways that cost the same, the one with more in the last run.
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
