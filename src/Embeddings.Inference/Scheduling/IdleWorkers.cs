namespace Embeddings.Inference.Scheduling;

/// <summary>
/// Workers that sleep until there is something for them. Not thread-safe: it is the <see cref="BatchQueue"/>'s.
/// </summary>
internal sealed class IdleWorkers
{
    private readonly Stack<Worker> _plain = new();
    private readonly Stack<Worker> _express = new();

    public void Add(Worker worker) => (worker.IsExpress ? _express : _plain).Push(worker);

    /// <summary>Wakes so many, if there are so many.</summary>
    public void Wake(int workers)
    {
        for (var i = Math.Min(workers, _plain.Count); i > 0; i--)
        {
            _plain.Pop().Wake();
        }
    }

    /// <summary>Wakes the one beside the others.</summary>
    public void WakeExpress()
    {
        if (_express.TryPop(out var worker))
        {
            worker.Wake();
        }
    }

    /// <summary>Wakes all, which go on being idle here: they end.</summary>
    public void WakeAll()
    {
        foreach (var worker in _plain.Concat(_express))
        {
            worker.Wake();
        }
    }
}
