using Embeddings.Analysis.Clustering;
using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Tests.Clustering;

/// <summary>k-means by its properties; against scikit-learn in <see cref="ScikitLearnTests"/>.</summary>
public sealed class KMeansTests
{
    [Fact]
    public void Blobs_far_apart_are_the_clusters()
    {
        var result = KMeans.Fit(Blobs.Make(1, 6, 50, 4, spread: 100), 4, new() { Clusters = 6 });
        int[] blobs = [.. Enumerable.Range(0, 300).Select(row => row / 50)];
        Assert.Equal(1, Agreement.AdjustedRandIndex(blobs, result.Labels));
    }

    [Theory]
    [InlineData(5_000, 16, 12)]
    [InlineData(40_000, 8, 30)]
    public void Any_number_of_threads_gives_the_same_bits(int count, int dimensions, int clusters)
    {
        var rows = Mixture.Of(count, dimensions);
        var prints = new[] { 1, 2, 5 }.Select(threads =>
        {
            var result = KMeans.Fit(rows, dimensions, new() { Clusters = clusters, Starts = 2, Threads = threads });
            return (Fingerprint.Of<int>(result.Labels), Fingerprint.Of<float>(result.Centroids), result.Inertia);
        });
        Assert.Single(prints.Distinct());
    }

    [Fact]
    public void Another_seed_starts_elsewhere()
    {
        var rows = Mixture.Of(500, 8);
        var results = Enumerable.Range(0, 5).Select(
            seed => KMeans.Fit(rows, 8, new() { Clusters = 20, Seed = (ulong)seed }).Inertia);
        Assert.NotEqual(1, results.Distinct().Count());
    }

    [Fact]
    public void Two_centroids_in_one_blob_are_set_apart()
    {
        // Each of three places has a standard deviation of about 1; two of them share the third centroid.
        float[] rows = [0, 1, 2, 3, 1000, 1001, 1002, 1003, 1100, 1101, 1102, 1103];
        using var team = new ThreadTeam(2, CancellationToken.None);
        var points = new Points(rows, 1, team);
        var options = new KMeansOptions { Clusters = 3 };
        var lloyd = new Lloyd(points, points.Mean(), options);
        var stuck = lloyd.Run([0.5f, 2.5f, 1050]);
        Assert.Equal(stuck.Labels[4], stuck.Labels[8]);
        var improved = new ClusterSwaps(points, points.Mean(), options, lloyd).Improve(stuck);
        Assert.Equal([1.5f, 1001.5f, 1101.5f], improved.Centroids.Order());
    }

    [Fact]
    public void One_cluster_is_the_mean()
    {
        var result = KMeans.Fit(new float[] { 0, 0, 2, 0, 1, 3 }, 2, new() { Clusters = 1 });
        Assert.Equal([1, 1], result.Centroids);
        Assert.Equal([0, 0, 0], result.Labels);
        Assert.Equal(8, result.Inertia, 1e-6);
    }

    [Fact]
    public void As_many_clusters_as_rows_leave_no_distance()
    {
        var result = KMeans.Fit(Blobs.Make(2, 1, 20, 3), 3, new() { Clusters = 20 });
        Assert.Equal(0, result.Inertia, 1e-9);
        Assert.Equal(20, result.Labels.Distinct().Count());
    }

    [Fact]
    public void Equal_rows_are_one_cluster_and_the_others_are_empty()
    {
        var result = KMeans.Fit(Enumerable.Repeat(3f, 40).ToArray(), 2, new() { Clusters = 4 });
        Assert.Single(result.Labels.Distinct());
        Assert.Equal(0, result.Inertia);
        Assert.All(result.Centroids, number => Assert.Equal(3, number));
    }

    [Fact]
    public void A_cluster_without_rows_gets_the_row_that_is_farthest_from_its_centroid()
    {
        float[] rows = [0, 1, 2, 50];
        var result = KMeans.Fit(rows, 1, new() { Clusters = 2, StartCentroids = new float[] { 1, 1_000 } });
        Assert.Equal([0, 0, 0, 1], result.Labels);
        Assert.Equal([1, 50], result.Centroids);
    }

    [Fact]
    public void Spherical_clusters_are_directions()
    {
        float[] rows = [1, 0, 100, 1, 0, 1, 1, 100];
        var result = KMeans.Fit(rows, 2, new() { Clusters = 2, IsSpherical = true });
        Assert.Equal(result.Labels[0], result.Labels[1]);
        Assert.Equal(result.Labels[2], result.Labels[3]);
        Assert.NotEqual(result.Labels[0], result.Labels[2]);
        Assert.All(
            result.Centroids.Chunk(2), centroid => Assert.Equal(1, centroid.Sum(number => number * number), 1e-6f));
    }

    [Fact]
    public void Rows_far_from_the_origin_are_told_apart()
    {
        var rows = Blobs.Make(3, 5, 40, 3, spread: 30);
        float[] far = [.. rows.Select(number => number + 10_000)];
        Assert.Equal(
            1, Agreement.AdjustedRandIndex(
                KMeans.Fit(rows, 3, new() { Clusters = 5 }).Labels, KMeans.Fit(far, 3, new() { Clusters = 5 }).Labels));
    }

    [Fact]
    public void What_cannot_be_clustered_is_refused()
    {
        Assert.Throws<ArgumentException>(() => KMeans.Fit(new float[] { 1, float.NaN }, 1, new() { Clusters = 1 }));
        Assert.Throws<ArgumentException>(() => KMeans.Fit(new float[] { 1, 2, 3 }, 2, new() { Clusters = 1 }));
        Assert.Throws<ArgumentException>(() => KMeans.Fit(Array.Empty<float>(), 2, new() { Clusters = 1 }));
        Assert.Throws<ArgumentException>(() => KMeans.Fit(new float[] { 1, 2 }, 1, new() { Clusters = 3 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => KMeans.Fit(new float[] { 1, 2 }, 1, new() { Clusters = 0 }));
        Assert.Throws<ArgumentException>(() => KMeans.Fit(
            new float[] { 1, 2 }, 1, new() { Clusters = 2, StartCentroids = new float[] { 1, 2, 3 } }));
    }

    [Fact]
    public void A_cancelled_token_ends_it()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => KMeans.Fit(
            Mixture.Of(100, 4), 4, new() { Clusters = 3 }, cancellationToken: source.Token));
    }
}
