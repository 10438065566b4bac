namespace Embeddings.Inference.Scheduling;

/// <summary>
/// Windows that wait, by their length, first come first. Adding and removing take no longer when there are hundreds of thousands. Not thread-safe:
/// it is the <see cref="TokenQueue"/>'s.
/// </summary>
internal sealed class WaitingWindows(int longest)
{
    // Of one length: enough for any run, and little to look through where only a few may be taken.
    private const int MostLookedAt = 64;

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
    /// The windows that are best run together with one of them: as many of its length as there is room for. Then shorter ones, which are padded: all
    /// of a length, if that costs less than the run of their own which it saves. They go on waiting until they are removed.
    /// </summary>
    public List<Window> RunOf(Window first, QueueShape shape, bool smallOnly)
    {
        var windows = new List<Window> { first };
        var room = shape.IsSingle ? 0 : Math.Max(1, shape.RunTokens / first.Length) - 1;
        for (var padding = 0; room > 0 && padding < first.Length && padding <= shape.RunOverhead; padding++)
        {
            var waiting = _byLength[first.Length - padding];
            var candidates = waiting.Count == 0 ? [] : waiting.Take(MostLookedAt).Where(window => window != first && (!smallOnly || window.IsSmall)).Take(room + 1).ToList();
            if (padding == 0 || (candidates.Count <= room && candidates.Count * padding <= shape.RunOverhead))
            {
                windows.AddRange(candidates.Take(room));
                room -= Math.Min(room, candidates.Count);
            }
        }

        return windows;
    }
}
