namespace Embeddings.Inference.Scheduling;

/// <summary>A thread that runs batches.</summary>
/// <param name="isExpress">Whether it is the one beside the others, for small jobs while those have long runs.</param>
internal sealed class Worker(bool isExpress)
{
    private readonly object _bed = new();
    private bool _isWoken;
    private long _runStart;

    public bool IsExpress => isExpress;

    /// <summary>When its run began; 0 while it has none.</summary>
    public long RunStart
    {
        get => Volatile.Read(ref _runStart);
        set => Volatile.Write(ref _runStart, value);
    }

    /// <summary>Waits for <see cref="Wake"/>, or does not if it has been called since.</summary>
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
