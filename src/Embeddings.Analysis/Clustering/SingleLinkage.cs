namespace Embeddings.Analysis.Clustering;

/// <summary>
/// The hierarchy of a spanning tree: its edges join rows and groups of rows, the shortest edge first. Nodes 0 to
/// rows − 1 are the rows; each further node joins two earlier ones, and the last has all rows.
/// </summary>
internal sealed class SingleLinkage
{
    private readonly int[] _left;
    private readonly int[] _right;
    private readonly int[] _sizes;
    private readonly double[] _densities;

    /// <summary>Takes the edges of a spanning tree, in any order.</summary>
    public SingleLinkage(IReadOnlyCollection<SpanningEdge> tree)
    {
        Rows = tree.Count + 1;
        // Ordered by rows, too, so that equal distances give the same hierarchy whatever the order of the edges.
        Edges = [.. tree.OrderBy(edge => edge.Distance)
            .ThenBy(edge => Math.Min(edge.From, edge.To)).ThenBy(edge => Math.Max(edge.From, edge.To))];
        (_left, _right) = (new int[Nodes], new int[Nodes]);
        (_sizes, _densities) = (new int[Nodes], new double[Nodes]);
        Array.Fill(_sizes, 1, 0, Rows);
        var sets = new Components(Rows);
        var nodes = Enumerable.Range(0, Rows).ToArray();
        // Equal rows have no distance, and no density: they count as near as the nearest ones that differ.
        var smallest = Edges.FirstOrDefault(edge => edge.Distance > 0, new(0, 0, 1)).Distance;
        for (var i = 0; i < Edges.Length; i++)
        {
            var node = Rows + i;
            var (a, b) = (sets.Of(Edges[i].From), sets.Of(Edges[i].To));
            (_left[node], _right[node]) = (nodes[a], nodes[b]);
            _sizes[node] = _sizes[nodes[a]] + _sizes[nodes[b]];
            _densities[node] = 1 / Math.Max(smallest, Edges[i].Distance);
            sets.Join(a, b);
            nodes[sets.Of(a)] = node;
        }
    }

    /// <summary>Number of rows, at least 1.</summary>
    public int Rows { get; }

    /// <summary>Number of nodes, 2 · rows − 1.</summary>
    public int Nodes => (2 * Rows) - 1;

    /// <summary>The edges, the shortest first.</summary>
    public SpanningEdge[] Edges { get; }

    /// <summary>The two nodes that a node joins.</summary>
    public (int Left, int Right) Children(int node) => (_left[node], _right[node]);

    /// <summary>Rows of a node.</summary>
    public int Size(int node) => _sizes[node];

    /// <summary>The density at which a node falls apart, 1 / distance.</summary>
    public double Density(int node) => _densities[node];
}
