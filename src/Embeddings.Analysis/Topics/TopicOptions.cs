namespace Embeddings.Analysis.Topics;

/// <summary>What <see cref="TopicModel"/> is asked for.</summary>
public sealed record TopicOptions
{
    /// <summary>Number of topics, 1 to the number of documents; null to find it.</summary>
    public int? Count { get; init; }

    /// <summary>
    /// Documents that a topic must have to be found, at least 2; null to try sizes that grow with the number of
    /// documents. Not together with <see cref="Count"/>.
    /// </summary>
    public int? MinSize { get; init; }

    /// <summary>Whether outliers are in no topic (−1) instead of the nearest one.</summary>
    public bool KeepOutliers { get; init; }

    /// <summary>Words of a topic at most.</summary>
    public int Words { get; init; } = 8;

    /// <summary>Typical documents of a topic at most.</summary>
    public int Examples { get; init; } = 3;

    /// <summary>Another seed gives other topics of the same quality.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Threads at most; 0 for all processors. The result has the same bits for any number.</summary>
    public int Threads { get; init; }

    internal void Check(int documents)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Words);
        ArgumentOutOfRangeException.ThrowIfNegative(Examples);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinSize ?? 2, 2, nameof(MinSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(Count ?? 1, 1, nameof(Count));
        if (Count > documents)
        {
            throw new ArgumentException($"{documents} documents cannot be {Count} topics.");
        }

        if (Count is not null && MinSize is not null)
        {
            throw new ArgumentException("Topics have a number or a least size, not both.");
        }
    }
}
