namespace Embeddings.Inference.Scheduling;

/// <summary>A thread that runs batches.</summary>
/// <param name="isExpress">Whether it is the one extra worker, which takes small jobs while all others run batches of
/// large jobs.</param>
internal sealed class Worker(bool isExpress)
{
    private readonly object _bed = new();
    private bool _isWoken;
    private long _runStart;

    public bool IsExpress => isExpress;

    /// <summary>Timestamp at which its batch began; 0 while it has none.</summary>
    public long RunStart
    {
        get => Volatile.Read(ref _runStart);
        set => Volatile.Write(ref _runStart, value);
    }

    /// <summary>Waits for <see cref="Wake"/>. Returns at once if that was called since the last sleep.</summary>
    public void Sleep()
    {
        lock (_bed)
        {
            while (!_isWoken)
            {
                Monitor.Wait(_bed);
            }

            _isWoken = false;
        }
    }

    public void Wake()
    {
        lock (_bed)
        {
            _isWoken = true;
            Monitor.Pulse(_bed);
        }
    }
}

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
