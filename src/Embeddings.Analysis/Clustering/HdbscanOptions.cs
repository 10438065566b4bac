namespace Embeddings.Analysis.Clustering;

/// <summary>Which clusters of the tree <see cref="Hdbscan"/> keeps.</summary>
public enum ClusterSelection
{
    /// <summary>Those that together last longest while the density rises ("excess of mass").</summary>
    ExcessOfMass,

    /// <summary>The smallest ones, which do not split any more.</summary>
    Leaf,
}

/// <summary>What <see cref="Hdbscan"/> is asked for.</summary>
public sealed record HdbscanOptions
{
    /// <summary>Rows of the smallest cluster, at least 2.</summary>
    public int MinClusterSize { get; init; } = 5;

    /// <summary>
    /// The density at a row is judged by the distance to its neighbour of this number, the row itself being the first;
    /// at least 1, and cut to the number of rows. Null for <see cref="MinClusterSize"/>, as in scikit-learn.
    /// </summary>
    public int? MinSamples { get; init; }

    /// <summary>Which clusters of the tree are kept.</summary>
    public ClusterSelection Selection { get; init; }

    /// <summary>Threads at most; 0 for all processors. The result has the same bits for any number.</summary>
    public int Threads { get; init; }
}
