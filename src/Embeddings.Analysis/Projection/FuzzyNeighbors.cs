using Embeddings.Analysis.Neighbors;
using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Projection;

/// <summary>
/// How much each vector's neighbours belong to it, 0 to 1: exp(−(distance − nearest) / scale), where the scale makes
/// the sum of all log₂ k (McInnes, Healy and Melville 2018, section 3.1; umap-learn's <c>smooth_knn_dist</c>).
/// </summary>
internal static class FuzzyNeighbors
{
    private const int Bisections = 64;
    private const double Tolerance = 1e-5;

    // The smallest scale, as a part of the mean distance.
    private const double SmallestScale = 1e-3;

    private const int RowsAtOnce = 256;

    /// <summary>Of vectors that were fitted: each is its own first neighbour, which the table leaves out.</summary>
    /// <param name="table">Neighbours without the vector itself.</param>
    /// <param name="team">Threads that share the vectors.</param>
    /// <returns>[count, K]</returns>
    public static float[] Fitted(NeighborTable table, ThreadTeam team)
    {
        var k = table.K + 1;
        var mean = MeanDistance(table, k);
        return Each(table, team, (distances, weights) =>
        {
            var nearest = 0.0;
            foreach (var distance in distances)
            {
                if (distance > 0)
                {
                    nearest = distance;
                    break;
                }
            }

            var floor = SmallestScale * (nearest > 0 ? Sum(distances) / k : mean);
            Weigh(distances, nearest, Math.Max(Scale(distances, nearest, k), floor), weights);
        });
    }

    /// <summary>
    /// Of new vectors, whose neighbours are fitted ones; distances count from 0, and the nearest does not count for the
    /// scale (umap-learn's <c>transform</c>).
    /// </summary>
    /// <inheritdoc cref="Fitted"/>
    public static float[] New(NeighborTable table, ThreadTeam team)
    {
        var mean = MeanDistance(table, table.K);
        return Each(table, team, (distances, weights) =>
        {
            var scale = Math.Max(Scale(distances[1..], 0, distances.Length), SmallestScale * mean);
            Weigh(distances, 0, scale, weights);
        });
    }

    private delegate void Weighing(ReadOnlySpan<float> distances, Span<float> weights);

    private static float[] Each(NeighborTable table, ThreadTeam team, Weighing weigh)
    {
        var weights = new float[table.Indices.Length];
        if (table.K > 0)
        {
            team.Ranges(weights.Length / table.K, RowsAtOnce, (from, to) =>
            {
                for (var row = from; row < to; row++)
                {
                    weigh(table.DistancesOf(row), weights.AsSpan(row * table.K, table.K));
                }
            });
        }

        return weights;
    }

    private static double Sum(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }

    private static double MeanDistance(NeighborTable table, int k) =>
        table.K == 0 ? 0 : Sum(table.Distances) / (table.Distances.Length / table.K * (double)k);

    private static double Scale(ReadOnlySpan<float> distances, double nearest, int k)
    {
        var target = PortableMath.Log(k) / PortableMath.Log(2);
        var (low, high, scale) = (0.0, double.PositiveInfinity, 1.0);
        for (var i = 0; i < Bisections; i++)
        {
            var sum = 0.0;
            foreach (var distance in distances)
            {
                sum += distance > nearest ? PortableMath.Exp(-((distance - nearest) / scale)) : 1;
            }

            if (Math.Abs(sum - target) < Tolerance)
            {
                break;
            }

            (low, high) = sum > target ? (low, scale) : (scale, high);
            scale = double.IsPositiveInfinity(high) ? scale * 2 : (low + high) / 2;
        }

        return scale;
    }

    private static void Weigh(ReadOnlySpan<float> distances, double nearest, double scale, Span<float> weights)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            var beyond = distances[i] - nearest;
            weights[i] = beyond <= 0 || scale == 0 ? 1 : (float)PortableMath.Exp(-(beyond / scale));
        }
    }
}
