namespace Embeddings.Inference.Scheduling;

/// <summary>
/// Items that wait, by their length, first come first. Adding and removing take no longer when there are hundreds of thousands. Not thread-safe:
/// it is the <see cref="BatchQueue"/>'s.
/// </summary>
internal sealed class WaitingItems(int longest)
{
    // Of one length: enough for nearly any run, and little to look through where only a few may be taken.
    private const int MostLookedAt = 64;

    // Shorter and longer ones, each: more made no run cheaper.
    private const int MostNear = 24;

    private readonly LinkedList<WorkItem>[] _byLength = [.. Enumerable.Range(0, longest + 1).Select(_ => new LinkedList<WorkItem>())];

    public int Count { get; private set; }

    public void Add(WorkItem item)
    {
        _byLength[item.Length].AddLast(item.Place);
        Count++;
    }

    public void Remove(WorkItem item)
    {
        _byLength[item.Length].Remove(item.Place);
        Count--;
    }

    /// <summary>
    /// The items that are best run together with one of them: a run full of its length, or what <see cref="BatchPacking"/> finds among those that are
    /// nearest. They go on waiting until they are removed.
    /// </summary>
    public List<WorkItem> BatchOf(WorkItem first, BatchQueueSettings shape, bool smallOnly)
    {
        var most = shape.IsSingle ? 1 : Math.Max(1, shape.BatchTokens / first.Length);
        List<WorkItem> same = [first, .. Of(first.Length, smallOnly).Where(item => item != first).Take(most - 1)];
        if (same.Count == most)
        {
            return same;
        }

        var near = Near(first.Length, -shape.BatchOverhead, smallOnly);
        near.Reverse();
        var index = near.Count;
        near.AddRange(same);
        near.AddRange(Near(first.Length, shape.BatchOverhead, smallOnly));
        return near[BatchPacking.BatchWith([.. near.Select(item => item.Length)], index, shape.BatchTokens, shape.BatchOverhead)];
    }

    // The nearest first. Padding one that is further off than the overhead costs more than a run of its own.
    private List<WorkItem> Near(int length, int furthest, bool smallOnly)
    {
        var near = new List<WorkItem>();
        for (var distance = 1; distance <= Math.Abs(furthest) && near.Count < MostNear; distance++)
        {
            var other = length + (distance * Math.Sign(furthest));
            if (other >= 0 && other < _byLength.Length && _byLength[other].Count > 0)
            {
                near.AddRange(Of(other, smallOnly).Take(MostNear - near.Count));
            }
        }

        return near;
    }

    private IEnumerable<WorkItem> Of(int length, bool smallOnly) => _byLength[length].Take(MostLookedAt).Where(item => !smallOnly || item.Job!.IsSmall);
}
