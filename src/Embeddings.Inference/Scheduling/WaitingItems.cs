namespace Embeddings.Inference.Scheduling;

/// <summary>
/// Items that wait, by their shape, first come first. Adding and removing take no longer when there are hundreds of
/// thousands. Not thread-safe: it belongs to the <see cref="BatchQueue"/>.
/// </summary>
internal sealed class WaitingItems
{
    // Of one shape: enough for nearly any batch, and little to look through where only a few may be taken.
    private const int MostLookedAt = 64;

    // Shorter items, and as many longer ones: more made no batch cheaper.
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

        items.AddLast(item.Place);
        Count++;
    }

    public void Remove(WorkItem item)
    {
        item.Place.List!.Remove(item.Place);
        Count--;
    }

    /// <summary>
    /// The items that are best run together with one of them: a batch full of its shape, or what
    /// <see cref="BatchPacking"/> finds among those that are nearest in length. They go on waiting until they are
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

    // The nearest first. Padding an item that is further off than the overhead costs more than a batch of its own.
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
