using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Clustering;

/// <summary>
/// How well clusters are apart: with a the mean distance of a row to the others of its cluster and b that to the rows
/// of the nearest other cluster, a row's silhouette is (b − a) / max(a, b), −1 to 1 (P. Rousseeuw, 1987). A row that is
/// alone in its cluster has 0. Thread-safe: it has no state.
/// </summary>
public static class Silhouette
{
    /// <summary>The mean silhouette of rows, by Euclidean distance. It takes rows² · dimensions.</summary>
    /// <param name="rows">[rows, dimensions], row-major, within ±10¹⁵.</param>
    /// <param name="dimensions">Numbers of a row, at least 1.</param>
    /// <param name="labels">[rows] from 0. Every row counts, also those of a cluster that stands for noise.</param>
    /// <param name="threads">At most; 0 for all processors.</param>
    /// <param name="cancellationToken">Checked for each row.</param>
    /// <returns>The mean; null with fewer than two clusters, where it has no meaning.</returns>
    /// <exception cref="ArgumentException">
    /// There is no row, a number is not finite, or labels are of another count or negative.
    /// </exception>
    public static double? Mean(
        ReadOnlyMemory<float> rows, int dimensions, IReadOnlyList<int> labels, int threads = 0,
        CancellationToken cancellationToken = default)
    {
        using var team = new ThreadTeam(threads, cancellationToken);
        return Mean(new Points(rows, dimensions, team), labels);
    }

    internal static double? Mean(Points points, IReadOnlyList<int> labels)
    {
        if (labels.Count != points.Count || labels.Any(label => label < 0))
        {
            throw new ArgumentException(
                $"There must be a label from 0 for each of {points.Count} rows.", nameof(labels));
        }

        var sizes = new int[labels.Max() + 1];
        foreach (var label in labels)
        {
            sizes[label]++;
        }

        if (sizes.Count(size => size > 0) < 2)
        {
            return null;
        }

        var silhouettes = new double[points.Count];
        points.Team.Chunks(points.Count, row => silhouettes[row] = Of(row, points, labels, sizes));
        return silhouettes.Average();
    }

    private static double Of(int row, Points points, IReadOnlyList<int> labels, int[] sizes)
    {
        var own = labels[row];
        if (sizes[own] == 1)
        {
            return 0;
        }

        var sums = new double[sizes.Length];
        for (var other = 0; other < points.Count; other++)
        {
            sums[labels[other]] += Math.Sqrt(DoubleMath.SquaredDistance(points.Row(row), points.Row(other)));
        }

        var inside = sums[own] / (sizes[own] - 1);
        var outside = Enumerable.Range(0, sizes.Length).Where(cluster => cluster != own && sizes[cluster] > 0)
            .Min(cluster => sums[cluster] / sizes[cluster]);
        var larger = Math.Max(inside, outside);
        return larger == 0 ? 0 : (outside - inside) / larger;
    }
}
