namespace Embeddings.Analysis.Clustering;

/// <summary>
/// A k-d tree over rows of few dimensions: each node halves its rows at the median of their widest coordinate
/// (J. L. Bentley, "Multidimensional binary search trees used for associative searching", 1975). Rows are stored in the
/// tree's order, so a node is a range of them; "place" is a position in this order. Nodes are numbered as in a heap:
/// the children of i are 2i + 1 and 2i + 2.
/// </summary>
internal sealed class KdTree
{
    private const int RowsInLeaf = 16;

    private readonly double[] _rows;
    private readonly double[] _low;
    private readonly double[] _high;
    private readonly int[] _starts;
    private readonly int[] _ends;

    public KdTree(Points points)
    {
        (Count, Dimensions) = (points.Count, points.Dimensions);
        Order = [.. Enumerable.Range(0, Count)];
        var levels = 0;
        while (Count >> levels > RowsInLeaf)
        {
            levels++;
        }

        Nodes = (2 << levels) - 1;
        FirstLeaf = Nodes / 2;
        (_starts, _ends) = (new int[Nodes], new int[Nodes]);
        (_low, _high) = (new double[Nodes * Dimensions], new double[Nodes * Dimensions]);
        Build(points, 0, 0, Count, new float[Count]);
        _rows = new double[Count * Dimensions];
        for (var place = 0; place < Count; place++)
        {
            var row = points.Row(Order[place]);
            for (var i = 0; i < Dimensions; i++)
            {
                _rows[(place * Dimensions) + i] = row[i];
            }
        }
    }

    public int Count { get; }

    public int Dimensions { get; }

    /// <summary>[places] the number of the row at each place.</summary>
    public int[] Order { get; }

    public int Nodes { get; }

    /// <summary>This node and all behind it are leaves.</summary>
    public int FirstLeaf { get; }

    /// <summary>Places of a node: from the first to before the second.</summary>
    public (int Start, int End) Range(int node) => (_starts[node], _ends[node]);

    public static int Left(int node) => (2 * node) + 1;

    public static int Right(int node) => (2 * node) + 2;

    /// <summary>
    /// Visits all nodes, children before parents: leaves with (node, first place, place behind the last), others with
    /// (node, left child, right child).
    /// </summary>
    public void ForNodes(Action<int, int, int> leaf, Action<int, int, int> parent)
    {
        for (var node = Nodes - 1; node >= 0; node--)
        {
            if (node >= FirstLeaf)
            {
                leaf(node, _starts[node], _ends[node]);
            }
            else
            {
                parent(node, Left(node), Right(node));
            }
        }
    }

    /// <summary>Squared distance between the rows at two places.</summary>
    public double SquaredDistance(int x, int y)
    {
        var a = _rows.AsSpan(x * Dimensions, Dimensions);
        var b = _rows.AsSpan(y * Dimensions, a.Length);
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            var difference = a[i] - b[i];
            sum += difference * difference;
        }

        return sum;
    }

    /// <summary>Squared distance from the row at a place to a node's box: no row of the node is nearer.</summary>
    public double SquaredDistanceToBox(int place, int node)
    {
        var row = _rows.AsSpan(place * Dimensions, Dimensions);
        var low = _low.AsSpan(node * Dimensions, row.Length);
        var high = _high.AsSpan(node * Dimensions, row.Length);
        var sum = 0.0;
        for (var i = 0; i < row.Length; i++)
        {
            var outside = Math.Max(0, Math.Max(low[i] - row[i], row[i] - high[i]));
            sum += outside * outside;
        }

        return sum;
    }

    /// <summary>The nearest rows of the row at a place, itself among them, in no order.</summary>
    /// <param name="place">Whose neighbours.</param>
    /// <param name="places">[k] is written.</param>
    /// <param name="distances">[k] squared, is written; the last is the largest.</param>
    public void Nearest(int place, Span<int> places, Span<double> distances)
    {
        distances.Fill(double.PositiveInfinity);
        Nearest(0, 0, place, places, distances);
    }

    private void Nearest(int node, double bound, int place, Span<int> places, Span<double> distances)
    {
        if (bound >= distances[^1])
        {
            return;
        }

        if (node >= FirstLeaf)
        {
            for (var other = _starts[node]; other < _ends[node]; other++)
            {
                Offer(other, SquaredDistance(place, other), places, distances);
            }

            return;
        }

        var (near, far) = (Left(node), Right(node));
        var (nearBound, farBound) = (SquaredDistanceToBox(place, near), SquaredDistanceToBox(place, far));
        if (farBound < nearBound)
        {
            (near, far, nearBound, farBound) = (far, near, farBound, nearBound);
        }

        Nearest(near, nearBound, place, places, distances);
        Nearest(far, farBound, place, places, distances);
    }

    private static void Offer(int other, double distance, Span<int> places, Span<double> distances)
    {
        if (distance >= distances[^1])
        {
            return;
        }

        var at = distances.Length - 1;
        for (; at > 0 && distances[at - 1] > distance; at--)
        {
            (distances[at], places[at]) = (distances[at - 1], places[at - 1]);
        }

        (distances[at], places[at]) = (distance, other);
    }

    private void Build(Points points, int node, int start, int end, float[] keys)
    {
        (_starts[node], _ends[node]) = (start, end);
        var widest = Box(points, node, start, end);
        if (node >= FirstLeaf)
        {
            return;
        }

        for (var place = start; place < end; place++)
        {
            keys[place] = points.Row(Order[place])[widest];
        }

        Array.Sort(keys, Order, start, end - start);
        var middle = start + ((end - start) / 2);
        Build(points, Left(node), start, middle, keys);
        Build(points, Right(node), middle, end, keys);
    }

    // Writes the node's box, and gives its widest coordinate.
    private int Box(Points points, int node, int start, int end)
    {
        var low = _low.AsSpan(node * Dimensions, Dimensions);
        var high = _high.AsSpan(node * Dimensions, Dimensions);
        low.Fill(double.PositiveInfinity);
        high.Fill(double.NegativeInfinity);
        for (var place = start; place < end; place++)
        {
            var row = points.Row(Order[place]);
            for (var i = 0; i < row.Length; i++)
            {
                low[i] = Math.Min(low[i], row[i]);
                high[i] = Math.Max(high[i], row[i]);
            }
        }

        var widest = 0;
        for (var i = 1; i < Dimensions; i++)
        {
            widest = high[i] - low[i] > high[widest] - low[widest] ? i : widest;
        }

        return widest;
    }
}
