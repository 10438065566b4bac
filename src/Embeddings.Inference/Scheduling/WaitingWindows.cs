namespace Embeddings.Inference.Scheduling;

/// <summary>
/// Windows that wait, by their length, first come first. Adding and removing take no longer when there are hundreds of thousands. Not thread-safe:
/// it is the <see cref="TokenQueue"/>'s.
/// </summary>
internal sealed class WaitingWindows(int longest)
{
    // Of one length: enough for nearly any run, and little to look through where only a few may be taken.
    private const int MostLookedAt = 64;

    // Shorter and longer ones, each: more made no run cheaper.
    private const int MostNear = 24;

    private readonly LinkedList<Window>[] _byLength = [.. Enumerable.Range(0, longest + 1).Select(_ => new LinkedList<Window>())];

    public int Count { get; private set; }

    public void Add(Window window)
    {
        _byLength[window.Length].AddLast(window.Place);
        Count++;
    }

    public void Remove(Window window)
    {
        _byLength[window.Length].Remove(window.Place);
        Count--;
    }

    /// <summary>
    /// The windows that are best run together with one of them: a run full of its length, or what <see cref="RunPacking"/> finds among those that are
    /// nearest. They go on waiting until they are removed.
    /// </summary>
    public List<Window> RunOf(Window first, QueueShape shape, bool smallOnly)
    {
        var most = shape.IsSingle ? 1 : Math.Max(1, shape.RunTokens / first.Length);
        List<Window> same = [first, .. Of(first.Length, smallOnly).Where(window => window != first).Take(most - 1)];
        if (same.Count == most)
        {
            return same;
        }

        var near = Near(first.Length, -shape.RunOverhead, smallOnly);
        near.Reverse();
        var index = near.Count;
        near.AddRange(same);
        near.AddRange(Near(first.Length, shape.RunOverhead, smallOnly));
        return near[RunPacking.RunWith([.. near.Select(window => window.Length)], index, shape.RunTokens, shape.RunOverhead)];
    }

    // The nearest first. Padding one that is further off than the overhead costs more than a run of its own.
    private List<Window> Near(int length, int furthest, bool smallOnly)
    {
        var near = new List<Window>();
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

    private IEnumerable<Window> Of(int length, bool smallOnly) => _byLength[length].Take(MostLookedAt).Where(window => !smallOnly || window.Job!.IsSmall);
}
