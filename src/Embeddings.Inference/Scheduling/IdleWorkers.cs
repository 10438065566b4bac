namespace Embeddings.Inference.Scheduling;

/// <summary>
/// Workers that sleep until there is a batch for them. Not thread-safe: it belongs to the <see cref="BatchQueue"/>.
/// </summary>
internal sealed class IdleWorkers
{
    private readonly Stack<Worker> _plain = new();
    private readonly Stack<Worker> _express = new();

    public void Add(Worker worker) => (worker.IsExpress ? _express : _plain).Push(worker);

    /// <summary>Wakes a number of workers, or all if fewer sleep.</summary>
    public void Wake(int workers)
    {
        for (var i = Math.Min(workers, _plain.Count); i > 0; i--)
        {
            _plain.Pop().Wake();
        }
    }

    /// <summary>Wakes the express worker, if it sleeps.</summary>
    public void WakeExpress()
    {
        if (_express.TryPop(out var worker))
        {
            worker.Wake();
        }
    }

    /// <summary>Wakes all workers, so that they end.</summary>
    public void WakeAll()
    {
        foreach (var worker in _plain.Concat(_express))
        {
            worker.Wake();
        }
    }
}
