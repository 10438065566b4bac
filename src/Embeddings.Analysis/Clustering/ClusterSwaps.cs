using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Clustering;

/// <summary>
/// Mends what Lloyd's iteration cannot: two centroids in one dense place while one serves two places. The centroid that
/// is missed least is taken away, the cluster that gains most is split, and Lloyd's iteration goes on from there (after
/// P. Fränti, "Efficiency of random swap clustering", 2018, with a choice in place of chance).
/// </summary>
internal sealed class ClusterSwaps
{
    // Swaps that are tried in vain before the result counts as good.
    private const int MostFailures = 6;

    private const int MostSwaps = 20;

    // Against what is lost. Lloyd's iteration goes on after a swap, so less is lost and more gained than it seems.
    private const double LeastGain = 0.3;

    // Iterations that split a cluster in two, to see what it would gain.
    private const int StepsOfSplit = 10;

    private readonly Points _points;
    private readonly KMeansOptions _options;
    private readonly Lloyd _lloyd;
    private readonly float[] _mean;

    /// <param name="points">The rows.</param>
    /// <param name="mean">Of all rows.</param>
    /// <param name="options">Of the whole clustering.</param>
    /// <param name="lloyd">Over the same rows.</param>
    public ClusterSwaps(Points points, float[] mean, KMeansOptions options, Lloyd lloyd) =>
        (_points, _mean, _options, _lloyd) = (points, mean, options, lloyd);

    /// <summary>A result with no more inertia.</summary>
    public KMeansResult Improve(KMeansResult result)
    {
        var failures = 0;
        for (var swap = 0; swap < MostSwaps && failures < MostFailures; swap++)
        {
            var isBetter = false;
            foreach (var start in Starts(result).Take(MostFailures - failures))
            {
                var next = _lloyd.Run(start);
                if (next.Inertia < result.Inertia)
                {
                    (result, isBetter) = (next, true);
                    break;
                }

                failures++;
            }

            if (!isBetter)
            {
                break;
            }
        }

        return result;
    }

    // Centroids to go on from, the most promising swap first.
    private IEnumerable<float[]> Starts(KMeansResult result)
    {
        var members = Enumerable.Range(0, _points.Count).ToLookup(row => result.Labels[row]);
        var losses = Losses(result);
        var halves = Enumerable.Range(0, _options.Clusters).Select(
            cluster => Split([.. members[cluster]], Centroid(result.Centroids, cluster))).ToArray();
        return
            from removed in Enumerable.Range(0, losses.Length)
            from split in Enumerable.Range(0, losses.Length)
            where removed != split && halves[split].Gain > LeastGain * losses[removed]
            orderby halves[split].Gain - losses[removed] descending, removed, split
            select Swapped(result.Centroids, removed, split, halves[split].Centroids);
    }

    // By how much inertia grows at most if a cluster's rows go to their second nearest centroids.
    private double[] Losses(KMeansResult result)
    {
        var parts = new double[_points.Chunks][];
        var others = new int[_points.Count];
        new NearestCentroids(_points, _mean).Find(result.Centroids, others, result.Labels);
        _points.ForChunks((chunk, from, to) =>
        {
            var losses = parts[chunk] = new double[_options.Clusters];
            for (var row = from; row < to; row++)
            {
                losses[result.Labels[row]] +=
                    DoubleMath.SquaredDistance(_points.Row(row), Centroid(result.Centroids, others[row]))
                    - DoubleMath.SquaredDistance(_points.Row(row), Centroid(result.Centroids, result.Labels[row]));
            }
        });
        return [.. Enumerable.Range(0, _options.Clusters).Select(cluster => parts.Sum(part => part[cluster]))];
    }

    private (double Gain, float[] Centroids) Split(int[] rows, ReadOnlySpan<float> centroid)
    {
        if (rows.Length < 2)
        {
            return (0, []);
        }

        var points = _points.Take(rows);
        var before = 0.0;
        for (var row = 0; row < points.Count; row++)
        {
            before += DoubleMath.SquaredDistance(points.Row(row), centroid);
        }

        var options = _options with { Clusters = 2, MaxIterations = StepsOfSplit };
        var start = new KMeansStart(points, _mean, new CounterRandom(_options.Seed)).Choose(2, stream: 0);
        var result = new Lloyd(points, _mean, options).Run(points.Gather(start));
        return (before - result.Inertia, result.Centroids);
    }

    private float[] Swapped(float[] centroids, int removed, int split, float[] halves)
    {
        var swapped = (float[])centroids.Clone();
        halves.AsSpan(0, _points.Dimensions).CopyTo(Centroid(swapped, removed));
        halves.AsSpan(_points.Dimensions).CopyTo(Centroid(swapped, split));
        return swapped;
    }

    private Span<float> Centroid(float[] centroids, int cluster) =>
        centroids.AsSpan(cluster * _points.Dimensions, _points.Dimensions);
}
