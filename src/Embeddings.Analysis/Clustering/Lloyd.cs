using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Clustering;

/// <summary>
/// Lloyd's iteration: every row to its nearest centroid, every centroid to the mean of its rows, until nothing changes
/// (S. Lloyd, "Least squares quantization in PCM", 1982). It ends as scikit-learn's does, so that equal starts give
/// equal clusters.
/// </summary>
internal sealed class Lloyd
{
    private readonly Points _points;
    private readonly KMeansOptions _options;
    private readonly NearestCentroids _nearest;
    private readonly ClusterMeans _means;
    private readonly double _smallestShift;

    public Lloyd(Points points, float[] mean, KMeansOptions options)
    {
        (_points, _options) = (points, options);
        _nearest = new(points, mean);
        _means = new(points, options.Clusters, options.IsSpherical);
        // The sum of variances over the number of coordinates is the mean variance of a coordinate.
        var variance = points.SumOfSquaredDistances(_ => mean) / points.Count;
        _smallestShift = options.Tolerance * variance / points.Dimensions;
    }

    /// <summary>Runs from these centroids [clusters, dimensions], which are left as they are.</summary>
    public KMeansResult Run(ReadOnlySpan<float> start)
    {
        var (labels, before) = (new int[_points.Count], new int[_points.Count]);
        Array.Fill(before, -1);
        var centroids = start.ToArray();
        for (var iteration = 1; ; iteration++)
        {
            _nearest.Find(centroids, labels);
            var moved = (float[])centroids.Clone();
            _means.Update(labels, moved);
            var shift = DoubleMath.SquaredDistance(centroids, moved);
            centroids = moved;
            var isSame = labels.AsSpan().SequenceEqual(before);
            if (isSame || shift <= _smallestShift || iteration == _options.MaxIterations)
            {
                if (!isSame)
                {
                    // The labels are of the centroids before the last move.
                    _nearest.Find(centroids, labels);
                }

                return new(labels, centroids, Inertia(labels, centroids), iteration);
            }

            (labels, before) = (before, labels);
        }
    }

    private double Inertia(int[] labels, float[] centroids) =>
        _points.SumOfSquaredDistances(
            row => centroids.AsMemory(labels[row] * _points.Dimensions, _points.Dimensions));
}
