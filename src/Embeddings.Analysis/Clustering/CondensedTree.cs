namespace Embeddings.Analysis.Clustering;

/// <summary>
/// The tree of clusters of a density hierarchy. With rising density λ = 1 / distance a cluster loses rows, or splits
/// into two that both have the least size (R. Campello, D. Moulavi and J. Sander, "Density-based clustering based on
/// hierarchical density estimates", 2013). Cluster 0 has all rows; a cluster has a smaller number than those it splits
/// into.
/// </summary>
internal sealed class CondensedTree
{
    private readonly List<int> _parents = [-1];
    private readonly List<double> _births = [0];
    private readonly List<double> _stabilities = [0];
    private readonly List<double> _peaks = [0];

    /// <summary>Condenses a hierarchy.</summary>
    /// <param name="hierarchy">Of at least one row.</param>
    /// <param name="minClusterSize">Rows of the smallest cluster, at least 2.</param>
    public CondensedTree(SingleLinkage hierarchy, int minClusterSize)
    {
        RowClusters = new int[hierarchy.Rows];
        RowDensities = new double[hierarchy.Rows];
        // What each node of the hierarchy belongs to, and at which density it leaves; infinite while it has not left.
        var clusters = new int[hierarchy.Nodes];
        var leaves = new double[hierarchy.Nodes];
        leaves[^1] = double.PositiveInfinity;
        for (var node = hierarchy.Nodes - 1; node >= hierarchy.Rows; node--)
        {
            var (left, right) = hierarchy.Children(node);
            (clusters[left], clusters[right]) = (clusters[node], clusters[node]);
            (leaves[left], leaves[right]) = (leaves[node], leaves[node]);
            if (!double.IsPositiveInfinity(leaves[node]))
            {
                continue;
            }

            var density = hierarchy.Density(node);
            var (isLeft, isRight) = (
                hierarchy.Size(left) >= minClusterSize, hierarchy.Size(right) >= minClusterSize);
            if (isLeft && isRight)
            {
                clusters[left] = Split(clusters[node], density, hierarchy.Size(left));
                clusters[right] = Split(clusters[node], density, hierarchy.Size(right));
            }

            leaves[left] = isLeft ? leaves[left] : density;
            leaves[right] = isRight ? leaves[right] : density;
        }

        for (var row = 0; row < hierarchy.Rows; row++)
        {
            (RowClusters[row], RowDensities[row]) = (clusters[row], leaves[row]);
            Lose(clusters[row], leaves[row], 1);
        }
    }

    /// <summary>Number of clusters, the one of all rows included.</summary>
    public int Clusters => _parents.Count;

    /// <summary>[rows] the last cluster that a row was in.</summary>
    public int[] RowClusters { get; }

    /// <summary>[rows] the density at which a row left that cluster.</summary>
    public double[] RowDensities { get; }

    /// <summary>The cluster that this one split from; −1 for cluster 0.</summary>
    public int Parent(int cluster) => _parents[cluster];

    /// <summary>Σ over a cluster's rows of the range of densities through which they stay in it.</summary>
    public double Stability(int cluster) => _stabilities[cluster];

    /// <summary>The density at which a cluster's last rows leave it, or at which it splits.</summary>
    public double Peak(int cluster) => _peaks[cluster];

    private int Split(int parent, double density, int size)
    {
        Lose(parent, density, size);
        _parents.Add(parent);
        _births.Add(density);
        _stabilities.Add(0);
        _peaks.Add(0);
        return _parents.Count - 1;
    }

    private void Lose(int cluster, double density, int rows)
    {
        _stabilities[cluster] += (density - _births[cluster]) * rows;
        _peaks[cluster] = Math.Max(_peaks[cluster], density);
    }
}
