using Embeddings.Analysis.Numerics;
using Embeddings.Vectors.Simd;

namespace Embeddings.Analysis.Clustering;

/// <summary>
/// Greedy k-means++: each further centroid is drawn among the rows with a probability that grows with the square of the
/// distance to the nearest centroid so far; of a few drawn rows the one that lowers Σ of these squares most is taken
/// (D. Arthur and S. Vassilvitskii, "k-means++: The advantages of careful seeding", 2007).
/// </summary>
internal sealed class KMeansStart
{
    private readonly Points _points;
    private readonly float[] _centered;
    private readonly float[] _squares;
    private readonly CounterRandom _random;

    public KMeansStart(Points points, float[] mean, CounterRandom random)
    {
        (_points, _random) = (points, random);
        _centered = new float[(long)points.Count * points.Dimensions];
        _squares = new float[points.Count];
        var nearest = new NearestCentroids(points, mean);
        points.ForChunks((_, from, to) =>
        {
            nearest.Center(from, to - from, _centered.AsSpan(from * points.Dimensions));
            for (var row = from; row < to; row++)
            {
                _squares[row] = (float)DoubleMath.Dot(Centered(row), Centered(row));
            }
        });
    }

    /// <summary>Places of as many rows as asked for, to start from.</summary>
    /// <param name="clusters">Rows to choose, at most as many as there are.</param>
    /// <param name="stream">The start's number: each has random numbers of its own.</param>
    public int[] Choose(int clusters, ulong stream)
    {
        // As many trials as scikit-learn makes.
        var trials = 2 + (int)Math.Log(clusters);
        var nearest = new float[_points.Count];
        Array.Fill(nearest, float.PositiveInfinity);
        var chosen = new int[clusters];
        chosen[0] = _random.Below(_points.Count, stream, 0);
        var sums = Lower(nearest, [chosen[0]]);
        for (ulong draw = 1; draw < (ulong)clusters; draw++)
        {
            var candidates = new int[trials];
            for (var trial = 0; trial < trials; trial++)
            {
                candidates[trial] = Draw(nearest, sums, stream, (draw * (ulong)trials) + (ulong)trial);
            }

            chosen[draw] = candidates[Best(nearest, candidates)];
            sums = Lower(nearest, [chosen[draw]]);
        }

        return chosen;
    }

    private ReadOnlySpan<float> Centered(int row) =>
        _centered.AsSpan(row * _points.Dimensions, _points.Dimensions);

    // A row, with a probability in proportion to its squared distance; any row where all are at centroids.
    private int Draw(float[] nearest, double[] sums, ulong stream, ulong index)
    {
        var total = sums.Sum();
        if (total == 0)
        {
            return _random.Below(nearest.Length, stream, index);
        }

        var left = total * _random.Uniform(stream, index);
        var (last, row) = (0, 0);
        for (var chunk = 0; chunk < sums.Length - 1 && left >= sums[chunk]; chunk++)
        {
            left -= sums[chunk];
            row += Points.RowsInChunk;
        }

        for (; row < nearest.Length && left >= 0; row++)
        {
            left -= nearest[row];
            last = nearest[row] > 0 ? row : last;
        }

        return last;
    }

    // Which candidate leaves the least sum of squared distances.
    private int Best(float[] nearest, int[] candidates)
    {
        var parts = new double[_points.Chunks, candidates.Length];
        ForDistances(candidates, (chunk, row, distances) =>
        {
            for (var i = 0; i < candidates.Length; i++)
            {
                parts[chunk, i] += Math.Min(nearest[row], distances[i]);
            }
        });
        var best = (Candidate: 0, Sum: double.PositiveInfinity);
        for (var i = 0; i < candidates.Length; i++)
        {
            var sum = 0.0;
            for (var chunk = 0; chunk < _points.Chunks; chunk++)
            {
                sum += parts[chunk, i];
            }

            best = sum < best.Sum ? (i, sum) : best;
        }

        return best.Candidate;
    }

    // Takes a centroid into account, and gives the sum of squared distances of each chunk.
    private double[] Lower(float[] nearest, int[] centroid)
    {
        var sums = new double[_points.Chunks];
        ForDistances(centroid, (chunk, row, distances) =>
        {
            nearest[row] = Math.Min(nearest[row], distances[0]);
            sums[chunk] += nearest[row];
        });
        nearest[centroid[0]] = 0;
        return sums;
    }

    private void ForDistances(int[] candidates, DistancesOfRow action)
    {
        var dimensions = _points.Dimensions;
        var rows = new float[candidates.Length * dimensions];
        for (var i = 0; i < candidates.Length; i++)
        {
            Centered(candidates[i]).CopyTo(rows.AsSpan(i * dimensions));
        }

        var width = (candidates.Length + BlockKernel.PanelWidth - 1) / BlockKernel.PanelWidth * BlockKernel.PanelWidth;
        var packed = new float[width * dimensions];
        BlockKernel.Pack(rows, dimensions, packed);
        _points.ForChunks((chunk, from, to) =>
        {
            var dots = new float[(to - from) * width];
            BlockKernel.Dot(_centered.AsSpan(from * dimensions), dimensions, packed, dimensions, dots);
            for (var row = from; row < to; row++)
            {
                var distances = dots.AsSpan((row - from) * width, candidates.Length);
                for (var i = 0; i < distances.Length; i++)
                {
                    distances[i] = Math.Max(0, _squares[row] + _squares[candidates[i]] - (2 * distances[i]));
                }

                action(chunk, row, distances);
            }
        });
    }

    private delegate void DistancesOfRow(int chunk, int row, ReadOnlySpan<float> distances);
}
