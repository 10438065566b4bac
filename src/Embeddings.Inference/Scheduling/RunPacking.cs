namespace Embeddings.Inference.Scheduling;

/// <summary>
/// Which windows of nearly equal length share a run. A run costs as many tokens as its windows have, padded to the longest, and its overhead; windows
/// in the order of their lengths are cut into runs so that all of them together cost least.
/// </summary>
internal static class RunPacking
{
    /// <summary>The run that holds one of the windows.</summary>
    /// <param name="lengths">Tokens of each window, ascending; a hundred or so.</param>
    /// <param name="index">The one that is to be run.</param>
    /// <param name="runTokens">Tokens of a run, padding included, unless one window has more.</param>
    /// <param name="runOverhead">What a run costs beside its tokens, in tokens.</param>
    /// <returns>Which of the windows are in it.</returns>
    public static Range RunWith(ReadOnlySpan<int> lengths, int index, int runTokens, int runOverhead)
    {
        // Of the first n windows: what their runs cost, and where the last of these begins.
        Span<int> costs = stackalloc int[lengths.Length + 1];
        Span<int> starts = stackalloc int[lengths.Length + 1];
        costs[0] = 0;
        for (var end = 1; end <= lengths.Length; end++)
        {
            var longest = lengths[end - 1];
            costs[end] = int.MaxValue;
            for (var start = end - 1; start >= 0 && (start == end - 1 || (end - start) * longest <= runTokens); start--)
            {
                var cost = costs[start] + runOverhead + ((end - start) * longest);
                // Of two ways that cost the same, the one with more in the last run.
                if (cost <= costs[end])
                {
                    (costs[end], starts[end]) = (cost, start);
                }
            }
        }

        var last = lengths.Length;
        while (starts[last] > index)
        {
            last = starts[last];
        }

        return starts[last]..last;
    }
}
