using Embeddings.Vectors.Index;

namespace Embeddings.Analysis.Clustering;

/// <summary>
/// The minimum spanning tree under mutual reachability by Prim's algorithm: one row after the other joins the tree, the
/// nearest first (R. C. Prim, "Shortest connection networks and some generalizations", 1957). Every pair of rows is
/// compared, so it takes rows² · dimensions; for any number of dimensions. Exact, and in the memory of a copy of the
/// rows.
/// </summary>
internal sealed class PrimTree
{
    private const int RowsInTask = 512;

    private readonly Points _points;
    private readonly int _stride;

    // Rows outside the tree come first; a row that joins changes places with the last of them.
    private readonly float[] _rows;
    private readonly int[] _order;
    private readonly double[] _cores;

    private PrimTree(Points points)
    {
        _points = points;
        _stride = (points.Dimensions + ExactScore.Alignment - 1) / ExactScore.Alignment * ExactScore.Alignment;
        _rows = new float[(long)points.Count * _stride];
        for (var row = 0; row < points.Count; row++)
        {
            points.Row(row).CopyTo(Row(row));
        }

        _order = [.. Enumerable.Range(0, points.Count)];
        _cores = new double[points.Count];
    }

    /// <inheritdoc cref="BoruvkaTree.Build"/>
    public static SpanningEdge[] Build(Points points, int minSamples, IProgress<double>? progress)
    {
        var build = new PrimTree(points);
        build.FindCores(minSamples, progress);
        return build.Grow(progress);
    }

    private Span<float> Row(int place) => _rows.AsSpan(place * _stride, _stride);

    private void FindCores(int minSamples, IProgress<double>? progress)
    {
        var done = 0;
        _points.Team.Chunks(_points.Count, row =>
        {
            Span<double> nearest = new double[minSamples];
            nearest.Fill(double.PositiveInfinity);
            for (var other = 0; other < _points.Count; other++)
            {
                var distance = ExactScore.SquaredDistance(Row(row), Row(other));
                var at = minSamples - 1;
                for (; at >= 0 && distance < nearest[at]; at--)
                {
                    if (at < minSamples - 1)
                    {
                        nearest[at + 1] = nearest[at];
                    }
                }

                if (at < minSamples - 1)
                {
                    nearest[at + 1] = distance;
                }
            }

            _cores[row] = nearest[^1];
            progress?.Report(0.6 * Interlocked.Increment(ref done) / _points.Count);
        });
    }

    private SpanningEdge[] Grow(IProgress<double>? progress)
    {
        var edges = new SpanningEdge[_points.Count - 1];
        var distances = new double[_points.Count];
        var origins = new int[_points.Count];
        Array.Fill(distances, double.PositiveInfinity);
        var current = _points.Count - 1;
        for (var left = _points.Count - 1; left > 0; left--)
        {
            var place = Nearest(current, left, distances, origins);
            edges[_points.Count - 1 - left] = new(origins[place], _order[place], Math.Sqrt(distances[place]));
            current = left - 1;
            Exchange(place, current, distances, origins);
            progress?.Report(1 - (0.4 * left / _points.Count));
        }

        return edges;
    }

    // Takes the newest row of the tree into account, and gives the place that is nearest to the tree.
    private int Nearest(int current, int left, double[] distances, int[] origins)
    {
        var tasks = (left + RowsInTask - 1) / RowsInTask;
        var nearest = new int[tasks];
        _points.Team.Chunks(tasks, task =>
        {
            var (from, to) = (task * RowsInTask, Math.Min(left, (task + 1) * RowsInTask));
            nearest[task] = from;
            for (var place = from; place < to; place++)
            {
                var distance = Math.Max(
                    ExactScore.SquaredDistance(Row(current), Row(place)), Math.Max(_cores[current], _cores[place]));
                if (distance < distances[place])
                {
                    (distances[place], origins[place]) = (distance, _order[current]);
                }

                nearest[task] = distances[place] < distances[nearest[task]] ? place : nearest[task];
            }
        });
        return nearest.MinBy(place => distances[place]);
    }

    private void Exchange(int x, int y, double[] distances, int[] origins)
    {
        var a = Row(x);
        var b = Row(y);
        for (var i = 0; i < a.Length; i++)
        {
            (a[i], b[i]) = (b[i], a[i]);
        }

        (_order[x], _order[y]) = (_order[y], _order[x]);
        (_cores[x], _cores[y]) = (_cores[y], _cores[x]);
        (distances[x], distances[y]) = (distances[y], distances[x]);
        (origins[x], origins[y]) = (origins[y], origins[x]);
    }
}
