using Embeddings.Inference.Scheduling;

namespace Embeddings.Inference.Tests.Scheduling;

/// <summary>
/// An encoder whose vectors are [the sum of the ids], which can be held in the middle of its batches; some ids fail.
/// </summary>
internal sealed class SumEncoder : IBatchEncoder
{
    /// <summary>The batch fails as the model's own do.</summary>
    public const int Bad = -1;

    /// <summary>The batch fails as none should.</summary>
    public const int Deadly = -2;

    private readonly ManualResetEventSlim _open = new(initialState: true);
    private int _running;

    /// <summary>Runs begun.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Sequences in these.</summary>
    public int Sequences { get; private set; }

    public void Hold() => _open.Reset();

    public void Release() => _open.Set();

    public float[][] Run(Batch batch)
    {
        Interlocked.Increment(ref _running);
        Sequences += batch.Items.Count;
        _open.Wait();
        int[][] sequences = [.. batch.Items.Select(item => ((Sequence)item.Input).Ids.ToArray())];
        var ids = sequences.SelectMany(sequence => sequence).ToHashSet();
        return ids.Contains(Deadly) ? throw new InvalidOperationException("deadly")
            : ids.Contains(Bad) ? throw new ModelRunException(new InvalidOperationException("bad"))
            : [.. sequences.Select(sequence => new float[] { sequence.Sum() })];
    }

    public void Dispose() => _open.Dispose();
}
