using Embeddings.Inference.Scheduling;

namespace Embeddings.Inference.Tests.Scheduling;

/// <summary>An encoder whose vectors are [the sum of the ids], which can be held in the middle of its runs; some ids fail.</summary>
internal sealed class SumEncoder : IBatchEncoder
{
    /// <summary>The run fails as the model's own do.</summary>
    public const int Bad = -1;

    /// <summary>The run fails as none should.</summary>
    public const int Deadly = -2;

    private readonly ManualResetEventSlim _open = new(initialState: true);
    private int _running;

    /// <summary>Runs begun.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Sequences in these.</summary>
    public int Sequences { get; private set; }

    public void Hold() => _open.Reset();

    public void Release() => _open.Set();

    public float[][] Run(Batch batch, BatchBuffers buffers)
    {
        Interlocked.Increment(ref _running);
        Sequences += batch.Items.Count;
        _open.Wait();
        var ids = batch.Items.SelectMany(item => item.Ids).ToHashSet();
        return ids.Contains(Deadly) ? throw new InvalidOperationException("deadly")
            : ids.Contains(Bad) ? throw new ModelRunException(new InvalidOperationException("bad"))
            : [.. batch.Items.Select(item => new float[] { item.Ids.Sum() })];
    }

    public void Dispose() => _open.Dispose();
}
