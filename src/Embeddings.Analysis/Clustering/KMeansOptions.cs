namespace Embeddings.Analysis.Clustering;

/// <summary>What <see cref="KMeans"/> is asked for.</summary>
public sealed record KMeansOptions
{
    /// <summary>Clusters, 1 to the number of rows.</summary>
    public required int Clusters { get; init; }

    /// <summary>
    /// Runs from different starts, at least 1; the one of the least inertia counts. One run is enough if
    /// <see cref="StartCentroids"/> are given.
    /// </summary>
    public int Starts { get; init; } = 1;

    /// <summary>Centroids to start from, [clusters, dimensions]; null for k-means++.</summary>
    public ReadOnlyMemory<float>? StartCentroids { get; init; }

    /// <summary>
    /// Whether directions are compared instead of positions: rows and centroids are scaled to length 1.
    /// </summary>
    public bool IsSpherical { get; init; }

    /// <summary>Iterations of a run at most, at least 1.</summary>
    public int MaxIterations { get; init; } = 300;

    /// <summary>
    /// A run ends when the squared movements of all centroids add up to no more than this, as a share of the mean
    /// variance of a coordinate. scikit-learn: <c>tol</c>.
    /// </summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Seed of the starts.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Threads at most; 0 for all processors. The result has the same bits for any number.</summary>
    public int Threads { get; init; }
}
