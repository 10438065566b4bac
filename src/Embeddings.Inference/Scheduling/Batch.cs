namespace Embeddings.Inference.Scheduling;

/// <summary>Items that are run together.</summary>
/// <param name="Items">At least one.</param>
/// <param name="IsAlone">Whether nothing else runs or waits: it may have every thread.</param>
/// <param name="IsBulk">Whether a large job has a part in it.</param>
internal sealed record Batch(IReadOnlyList<WorkItem> Items, bool IsAlone, bool IsBulk)
{
    /// <summary>Tokens of the longest item.</summary>
    public int Length { get; } = Items.Max(item => item.Length);

    /// <summary>Tokens without padding.</summary>
    public int Tokens { get; } = Items.Sum(item => item.Length);
}

/// <summary>Runs batches of a model. Thread-safe.</summary>
internal interface IBatchEncoder : IDisposable
{
    /// <summary>Runs one batch, on the calling thread or, when it is alone, on all.</summary>
    /// <param name="batch">What to run.</param>
    /// <param name="buffers">The worker's own.</param>
    /// <returns>A vector for each item, [dimensions].</returns>
    float[][] Run(Batch batch, BatchBuffers buffers);
}

/// <summary>Memory that a worker uses again for every run.</summary>
internal sealed class BatchBuffers
{
    private long[] _ids = [];
    private long[] _mask = [];
    private long[] _types = [];
    private float[] _hidden = [];

    /// <summary>Room for inputs [batch, tokens]; types are zeros.</summary>
    public (Memory<long> Ids, Memory<long> Mask, Memory<long> Types) Inputs(int tokens)
    {
        if (_ids.Length < tokens)
        {
            (_ids, _mask, _types) = (new long[tokens], new long[tokens], new long[tokens]);
        }

        return (_ids.AsMemory(0, tokens), _mask.AsMemory(0, tokens), _types.AsMemory(0, tokens));
    }

    /// <summary>Room for the hidden states [batch, tokens, dimensions].</summary>
    public Memory<float> Hidden(int length)
    {
        if (_hidden.Length < length)
        {
            _hidden = new float[length];
        }

        return _hidden.AsMemory(0, length);
    }
}
