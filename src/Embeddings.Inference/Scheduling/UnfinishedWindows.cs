namespace Embeddings.Inference.Scheduling;

/// <summary>
/// Windows that wait or are being run: equal ones are there once, whosever they are. Not thread-safe but for <see cref="Tokens"/>: it is the
/// <see cref="TokenQueue"/>'s.
/// </summary>
internal sealed class UnfinishedWindows(int longest)
{
    private readonly Dictionary<int[], Window> _byIds = new(IdsComparer.Instance);
    private readonly WaitingWindows _waiting = new(longest);
    private long _tokens;

    /// <summary>Of all of them.</summary>
    public long Tokens => Volatile.Read(ref _tokens);

    /// <summary>How many wait.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>The window of some ids: one that is there already, or a new one that waits.</summary>
    public Window GetOrAdd(int[] ids)
    {
        if (_byIds.TryGetValue(ids, out var window))
        {
            return window;
        }

        window = new Window(ids);
        _byIds.Add(ids, window);
        _waiting.Add(window);
        _tokens += window.Length;
        return window;
    }

    /// <inheritdoc cref="WaitingWindows.RunOf"/>
    public List<Window> RunOf(Window first, QueueShape shape, bool smallOnly) => _waiting.RunOf(first, shape, smallOnly);

    /// <summary>It waits no longer, but is not done.</summary>
    public void Take(Window window)
    {
        window.IsTaken = true;
        _waiting.Remove(window);
    }

    /// <summary>One that was taken is done.</summary>
    public void Finish(Window window)
    {
        _byIds.Remove(window.Ids);
        _tokens -= window.Length;
    }

    /// <summary>One that waits is not to be run.</summary>
    public void Discard(Window window)
    {
        Take(window);
        Finish(window);
    }
}
