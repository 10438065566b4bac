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
