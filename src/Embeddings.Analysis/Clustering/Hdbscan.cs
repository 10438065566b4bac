using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Clustering;

/// <summary>
/// HDBSCAN: clusters are places denser than what lies between them, of any form and of different densities; rows in
/// thin places are noise (R. Campello, D. Moulavi and J. Sander, 2013; L. McInnes and J. Healy, "Accelerated
/// hierarchical density based clustering", 2017). Euclidean distance. It needs few dimensions: in hundreds of them
/// nearly everything is noise. The result has the same bits for any number of threads. Thread-safe: it has no state.
/// </summary>
public static class Hdbscan
{
    // Boxes of more dimensions exclude so little that to compare all pairs is quicker.
    private const int MostTreeDimensions = 16;

    /// <summary>Clusters rows.</summary>
    /// <param name="rows">[rows, dimensions], row-major, within ±10¹⁵.</param>
    /// <param name="dimensions">Numbers of a row, at least 1.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="progress">From 0 to 1.</param>
    /// <param name="cancellationToken">Checked for each thousand rows.</param>
    /// <exception cref="ArgumentException">
    /// There is no row, a number is not finite, or an option is out of its range.
    /// </exception>
    public static HdbscanResult Fit(
        ReadOnlyMemory<float> rows, int dimensions, HdbscanOptions options, IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MinClusterSize, 2, nameof(options));
        using var team = new ThreadTeam(options.Threads, cancellationToken);
        var points = new Points(rows, dimensions, team);
        var hierarchy = new SingleLinkage(
            SpanningTree(points, options.MinSamples ?? options.MinClusterSize, progress));
        progress?.Report(1);
        return Select(new CondensedTree(hierarchy, options.MinClusterSize), options.Selection);
    }

    /// <summary>The minimum spanning tree of rows under mutual reachability.</summary>
    internal static SpanningEdge[] SpanningTree(Points points, int minSamples, IProgress<double>? progress)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minSamples, 1);
        minSamples = Math.Min(minSamples, points.Count);
        return points.Dimensions <= MostTreeDimensions
            ? BoruvkaTree.Build(points, minSamples, progress)
            : PrimTree.Build(points, minSamples, progress);
    }

    /// <summary>Keeps clusters of a tree, none inside another. The cluster of all rows is never kept.</summary>
    internal static HdbscanResult Select(CondensedTree tree, ClusterSelection selection)
    {
        var isKept = selection == ClusterSelection.Leaf ? Leaves(tree) : MostStable(tree);
        // For each cluster the number of the kept one that it is or that it is inside.
        var numbers = new int[tree.Clusters];
        var kept = new List<int>();
        numbers[0] = -1;
        for (var cluster = 1; cluster < tree.Clusters; cluster++)
        {
            numbers[cluster] = numbers[tree.Parent(cluster)];
            if (numbers[cluster] < 0 && isKept[cluster])
            {
                numbers[cluster] = kept.Count;
                kept.Add(cluster);
            }
        }

        var labels = new int[tree.RowClusters.Length];
        var probabilities = new double[labels.Length];
        for (var row = 0; row < labels.Length; row++)
        {
            labels[row] = numbers[tree.RowClusters[row]];
            if (labels[row] >= 0)
            {
                probabilities[row] = Math.Min(1, tree.RowDensities[row] / tree.Peak(kept[labels[row]]));
            }
        }

        return new(labels, probabilities, kept.Count);
    }

    private static bool[] Leaves(CondensedTree tree)
    {
        var isLeaf = Enumerable.Repeat(true, tree.Clusters).ToArray();
        for (var cluster = 1; cluster < tree.Clusters; cluster++)
        {
            isLeaf[tree.Parent(cluster)] = false;
        }

        return isLeaf;
    }

    // A cluster is kept if it is at least as stable as the best choice inside it. Select takes the outermost ones.
    private static bool[] MostStable(CondensedTree tree)
    {
        var isKept = new bool[tree.Clusters];
        var inside = new double[tree.Clusters];
        for (var cluster = tree.Clusters - 1; cluster > 0; cluster--)
        {
            isKept[cluster] = tree.Stability(cluster) >= inside[cluster];
            inside[tree.Parent(cluster)] += Math.Max(tree.Stability(cluster), inside[cluster]);
        }

        return isKept;
    }
}
