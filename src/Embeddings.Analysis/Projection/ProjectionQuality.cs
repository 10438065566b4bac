using Embeddings.Analysis.Neighbors;
using Embeddings.Analysis.Numerics;
using Embeddings.Vectors;

namespace Embeddings.Analysis.Projection;

/// <summary>How much of the vectors' neighbourhoods a projection shows.</summary>
/// <param name="Trustworthiness">
/// 1 − what is false among the neighbours on the map, 0 to 1, a half or so for a random map: each false one counts by
/// how far down it is among the true neighbours (Venna and Kaski 2001; scikit-learn's <c>trustworthiness</c>).
/// </param>
/// <param name="NeighborsKept">What part of the k true neighbours are among the k on the map, 0 to 1.</param>
public readonly record struct ProjectionQuality(double Trustworthiness, double NeighborsKept)
{
    // Those that the block kernel compares with all others at once.
    private const int RowsAtOnce = 96;

    /// <summary>Compares neighbourhoods; the time grows with the square of the number of vectors.</summary>
    /// <param name="vectors">[count, dimensions], at least 3.</param>
    /// <param name="dimensions">Coordinates of a vector.</param>
    /// <param name="metric">What near means among the vectors; on the map it is the Euclidean distance.</param>
    /// <param name="positions">[count, any number]</param>
    /// <param name="k">Neighbours to look at, at least 1; cut so that it is below half the number of vectors.</param>
    /// <param name="threads">Threads to use; 0 for one a processor.</param>
    /// <param name="cancellationToken">Checked some hundred times.</param>
    /// <exception cref="ArgumentException">Not whole rows, or a number that is not finite.</exception>
    public static ProjectionQuality Of(
        ReadOnlyMemory<float> vectors, int dimensions, Metric metric, ReadOnlyMemory<float> positions, int k = 15,
        int threads = 0, CancellationToken cancellationToken = default)
    {
        var set = new VectorSet(vectors, dimensions, metric);
        ArgumentOutOfRangeException.ThrowIfLessThan(set.Count, 3, nameof(vectors));
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        if (positions.Length == 0 || positions.Length % set.Count != 0)
        {
            throw new ArgumentException(
                $"{positions.Length} numbers are no positions of {set.Count} vectors.", nameof(positions));
        }

        k = Math.Min(k, (set.Count - 1) / 2);
        using var team = new ThreadTeam(threads, cancellationToken);
        var map = NearestNeighbors.OfAll(
            new VectorSet(positions, positions.Length / set.Count, Metric.Euclidean), k, team, Progress.Of(null));
        var ranks = new NeighborRanks(set, map);
        var beyond = new long[set.Count];
        var kept = new int[set.Count];
        team.Ranges(set.Count, RowsAtOnce, (from, to) => ranks.Of(from, to, (i, rank) =>
        {
            beyond[i] += Math.Max(0, rank - k);
            kept[i] += rank <= k ? 1 : 0;
        }));
        var (n, errors) = ((double)set.Count, beyond.Sum());
        var trustworthiness = 1 - (2 / (n * k * ((2 * n) - (3 * k) - 1)) * errors);
        return new ProjectionQuality(trustworthiness, kept.Sum(x => (long)x) / (n * k));
    }
}
