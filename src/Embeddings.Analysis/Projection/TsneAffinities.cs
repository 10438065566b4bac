using Embeddings.Analysis.Neighbors;
using Embeddings.Analysis.Numerics;
using Embeddings.Vectors;

namespace Embeddings.Analysis.Projection;

/// <summary>
/// How alike vectors are for t-SNE (van der Maaten and Hinton 2008): a Gaussian about each vector whose width gives its
/// neighbours the wanted perplexity, made symmetric, with sum 1.
/// </summary>
internal static class TsneAffinities
{
    private const int Bisections = 100;

    // Of the entropy, as in scikit-learn.
    private const double Tolerance = 1e-5;

    private const int RowsAtOnce = 64;

    /// <summary>The symmetric graph; the sum over all rows is 1.</summary>
    /// <param name="table">Neighbours, about three times the perplexity.</param>
    /// <param name="metric">
    /// Of their distances; cosine distances are those of a squared Euclidean distance, halved.
    /// </param>
    /// <param name="perplexity">2 to the power of the entropy of a vector's neighbours.</param>
    /// <param name="team">Threads that share the vectors.</param>
    public static NeighborGraph Of(NeighborTable table, Metric metric, double perplexity, ThreadTeam team)
    {
        var weights = new float[table.Indices.Length];
        team.Ranges(weights.Length / table.K, RowsAtOnce, (from, to) =>
        {
            var squares = new double[table.K];
            for (var row = from; row < to; row++)
            {
                var distances = table.DistancesOf(row);
                for (var i = 0; i < squares.Length; i++)
                {
                    double distance = distances[i];
                    squares[i] = metric == Metric.Euclidean ? distance * distance : 2 * distance;
                }

                Weigh(squares, perplexity, weights.AsSpan(row * table.K, table.K));
            }
        });
        var graph = NeighborGraph.Union(table, weights, static (w, v) => w + v);
        var sum = 0.0;
        foreach (var weight in graph.Weights)
        {
            sum += weight;
        }

        return graph with { Weights = [.. graph.Weights.Select(weight => (float)(weight / sum))] };
    }

    private static void Weigh(double[] squares, double perplexity, Span<float> weights)
    {
        // Ascending: less the first, so that none of the powers is too small for a double.
        var nearest = squares[0];
        var (low, high, beta) = (0.0, double.PositiveInfinity, 1.0);
        var wanted = PortableMath.Log(perplexity);
        for (var i = 0; i < Bisections; i++)
        {
            double sum = 0, weighted = 0;
            foreach (var square in squares)
            {
                var weight = PortableMath.Exp(-(square - nearest) * beta);
                (sum, weighted) = (sum + weight, weighted + (weight * (square - nearest)));
            }

            var difference = PortableMath.Log(sum) + (beta * weighted / sum) - wanted;
            for (var rank = 0; rank < weights.Length; rank++)
            {
                weights[rank] = (float)(PortableMath.Exp(-(squares[rank] - nearest) * beta) / sum);
            }

            if (Math.Abs(difference) <= Tolerance)
            {
                return;
            }

            (low, high) = difference > 0 ? (beta, high) : (low, beta);
            beta = double.IsPositiveInfinity(high) ? beta * 2 : (low + high) / 2;
        }
    }
}
