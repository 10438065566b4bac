using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Clustering;

/// <summary>
/// k-means: clusters whose rows are near their mean (Euclidean distance). Seeded; the result has the same bits for any
/// number of threads. Thread-safe: it has no state.
/// </summary>
public static class KMeans
{
    // FAISS trains on 256 rows a cluster as well: more change the centroids little.
    private const int SampledPerCluster = 256;
    private const int SmallestSample = 16_384;

    // Streams of random numbers above those of the starts.
    private const ulong SampleStream = 1UL << 32;

    /// <summary>
    /// Clusters rows. Of many rows a sample is clustered first, from each start, and the best of these runs goes on
    /// with all rows. With more than one start, swaps of centroids are tried as well.
    /// </summary>
    /// <param name="rows">[rows, dimensions], row-major, within ±10¹⁵.</param>
    /// <param name="dimensions">Numbers of a row, at least 1.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="progress">From 0 to 1.</param>
    /// <param name="cancellationToken">Checked several times an iteration.</param>
    /// <exception cref="ArgumentException">
    /// A number is not finite, there are fewer rows than clusters, or an option is out of its range.
    /// </exception>
    public static KMeansResult Fit(
        ReadOnlyMemory<float> rows, int dimensions, KMeansOptions options, IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var team = new ThreadTeam(options.Threads, cancellationToken);
        var result = Fit(new Points(rows, dimensions, team), options, progress);
        progress?.Report(1);
        return result;
    }

    /// <summary>As the public one, on threads of the caller's.</summary>
    internal static KMeansResult Fit(Points points, KMeansOptions options, IProgress<double>? progress = null)
    {
        Check(points, options);
        points = options.IsSpherical ? points.Normalized() : points;
        var mean = points.Mean();
        if (options.StartCentroids is { } given)
        {
            var start = new Points(given, points.Dimensions, points.Team);
            start = options.IsSpherical ? start.Normalized() : start;
            return new Lloyd(points, mean, options).Run(start.Rows(0, start.Count));
        }

        var sample = Sample(points, options);
        var best = BestStart(sample, mean, options, progress);
        return sample == points ? best : new Lloyd(points, mean, options).Run(best.Centroids);
    }

    private static KMeansResult BestStart(
        Points points, float[] mean, KMeansOptions options, IProgress<double>? progress)
    {
        var starts = new KMeansStart(points, mean, new CounterRandom(options.Seed));
        var lloyd = new Lloyd(points, mean, options);
        KMeansResult? best = null;
        for (var start = 0; start < options.Starts; start++)
        {
            progress?.Report((double)start / (options.Starts + 1));
            var centroids = points.Gather(starts.Choose(options.Clusters, (ulong)start));
            var result = lloyd.Run(centroids);
            best = best is null || result.Inertia < best.Inertia ? result : best;
        }

        return options.Starts == 1 ? best! : new ClusterSwaps(points, mean, options, lloyd).Improve(best!);
    }

    // Each set of rows of this size is equally likely (Knuth, "The Art of Computer Programming", 3.4.2, algorithm S).
    private static Points Sample(Points points, KMeansOptions options)
    {
        var size = Math.Max(SmallestSample, (long)SampledPerCluster * options.Clusters);
        if (points.Count <= size)
        {
            return points;
        }

        var random = new CounterRandom(options.Seed);
        var places = new int[size];
        for (var (row, taken) = (0, 0); taken < size; row++)
        {
            if (random.Uniform(SampleStream, (ulong)row) * (points.Count - row) < size - taken)
            {
                places[taken++] = row;
            }
        }

        return points.Take(places);
    }

    private static void Check(Points points, KMeansOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Clusters, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Starts, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxIterations, 1, nameof(options));
        if (options.Clusters > points.Count)
        {
            throw new ArgumentException(
                $"{points.Count} rows cannot be {options.Clusters} clusters.", nameof(options));
        }

        if (options.StartCentroids is { } given)
        {
            Vectors.Index.VectorCheck.Check(given.Span, options.Clusters, points.Dimensions, nameof(options));
        }
    }
}
