using System.Runtime.InteropServices;
using Embeddings.Analysis.Clustering;
using Embeddings.Analysis.Numerics;
using Embeddings.Analysis.Tests.Reference;

namespace Embeddings.Analysis.Tests.Clustering;

/// <summary>Clusters against those of scikit-learn, and the spanning tree against SciPy's.</summary>
public sealed class ScikitLearnTests
{
    private const string Program = "clustering_peer.py";

    [Theory]
    [InlineData(1, 4, 2, 8.0)]
    [InlineData(2, 9, 16, 3.0)]
    [InlineData(3, 30, 5, 4.0)]
    [InlineData(4, 7, 64, 2.0)]
    public async Task K_means_from_the_same_centroids_gives_the_same_clusters(
        int seed, int clusters, int dimensions, double spread)
    {
        await PythonPeer.ScikitLearn.RequireAsync();
        var rows = Blobs.Make(seed, clusters, 80, dimensions, spread);
        var start = rows[..(clusters * dimensions)];
        var theirs = await PythonPeer.ScikitLearn.AskAsync<Answer>(
            Program, new { Task = "k_means", Rows = Bytes(rows), Dimensions = dimensions, Start = Bytes(start) });
        var ours = KMeans.Fit(rows, dimensions, new() { Clusters = clusters, StartCentroids = start });
        Assert.Equal(theirs.Labels, ours.Labels);
        Assert.Equal(1, ours.Inertia / theirs.Inertia, 1e-6);
        Assert.Equal(theirs.Iterations, ours.Iterations);
    }

    [Theory]
    [InlineData(5, 12, 8)]
    [InlineData(6, 15, 3)]
    [InlineData(7, 10, 50)]
    public async Task K_means_from_ten_starts_is_as_good(int seed, int clusters, int dimensions)
    {
        await PythonPeer.ScikitLearn.RequireAsync();
        var rows = Blobs.Make(seed, clusters, 60, dimensions, spread: 8);
        var theirs = await PythonPeer.ScikitLearn.AskAsync<Answer>(
            Program, new { Task = "best_k_means", Rows = Bytes(rows), Dimensions = dimensions, Clusters = clusters });
        var ours = KMeans.Fit(rows, dimensions, new() { Clusters = clusters, Starts = 10 });
        Assert.InRange(ours.Inertia / theirs.Inertia, 0, 1.005);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(5, 10)]
    [InlineData(16, 5)]
    [InlineData(40, 5)]
    public async Task The_spanning_tree_is_as_short_as_any(int dimensions, int minSamples)
    {
        await PythonPeer.ScikitLearn.RequireAsync();
        var rows = Blobs.Make(dimensions, 8, 150, dimensions, spread: 5);
        var theirs = await PythonPeer.ScikitLearn.AskAsync<Answer>(
            Program,
            new { Task = "spanning_tree", Rows = Bytes(rows), Dimensions = dimensions, MinSamples = minSamples });
        using var team = new ThreadTeam(2, CancellationToken.None);
        var ours = Hdbscan.SpanningTree(new(rows, dimensions, team), minSamples, progress: null);
        Assert.Equal(1, ours.Sum(edge => edge.Distance) / theirs.Sum, 1e-9);
    }

    // Many neighbours give many equal distances, of which leaves depend on the order: they are compared with few.
    [Theory]
    [InlineData(11, 6, 2, 5, 5, "eom")]
    [InlineData(12, 6, 2, 5, 1, "leaf")]
    [InlineData(13, 10, 3, 10, 5, "eom")]
    [InlineData(14, 10, 5, 20, 10, "eom")]
    [InlineData(15, 20, 5, 20, 1, "leaf")]
    [InlineData(16, 20, 5, 50, 5, "eom")]
    [InlineData(17, 4, 8, 10, 10, "eom")]
    [InlineData(18, 15, 3, 8, 2, "leaf")]
    [InlineData(19, 15, 24, 10, 10, "eom")]
    [InlineData(20, 3, 1, 15, 15, "eom")]
    public async Task Hdbscan_finds_the_same_clusters_and_probabilities(
        int seed, int blobs, int dimensions, int minClusterSize, int minSamples, string selection)
    {
        await PythonPeer.ScikitLearn.RequireAsync();
        var rows = Blobs.Make(seed, blobs, 100, dimensions);
        var theirs = await PythonPeer.ScikitLearn.AskAsync<Answer>(
            Program,
            new
            {
                Task = "hdbscan",
                Rows = Bytes(rows),
                Dimensions = dimensions,
                MinClusterSize = minClusterSize,
                MinSamples = minSamples,
                Selection = selection,
            });
        var ours = Hdbscan.Fit(rows, dimensions, new()
        {
            MinClusterSize = minClusterSize,
            MinSamples = minSamples,
            Selection = selection == "leaf" ? ClusterSelection.Leaf : ClusterSelection.ExcessOfMass,
        });
        Assert.InRange(Agreement.AdjustedRandIndex(theirs.Labels, ours.Labels), 0.99, 1);
        var same = Enumerable.Range(0, ours.Labels.Length).Count(
            row => Math.Abs(ours.Probabilities[row] - theirs.Probabilities[row]) < 1e-6);
        Assert.InRange(same, 0.99 * ours.Labels.Length, ours.Labels.Length);
    }

    [Theory]
    [InlineData(21, 3, 9)]
    [InlineData(22, 40, 2)]
    [InlineData(23, 7, 7)]
    public async Task Scores_are_the_same(int seed, int labelsOfX, int labelsOfY)
    {
        await PythonPeer.ScikitLearn.RequireAsync();
        var random = new Random(seed);
        var rows = Blobs.Make(seed, 5, 60, 12, spread: 3);
        int[] x = [.. Enumerable.Range(0, 300).Select(_ => random.Next(labelsOfX))];
        int[] y = [.. x.Select(label => random.Next(3) == 0 ? random.Next(labelsOfY) : label % labelsOfY)];
        var theirs = await PythonPeer.ScikitLearn.AskAsync<Answer>(
            Program, new { Task = "scores", Rows = Bytes(rows), Dimensions = 12, X = x, Y = y });
        Assert.Equal(theirs.Information, Agreement.NormalizedMutualInformation(x, y), 1e-9);
        Assert.Equal(theirs.Rand, Agreement.AdjustedRandIndex(x, y), 1e-9);
        Assert.Equal(theirs.Silhouette, Silhouette.Mean(rows, 12, x)!.Value, 1e-9);
    }

    // Little-endian 32-bit floats, which JSON writes as base64: without a loss.
    private static byte[] Bytes(float[] numbers) => MemoryMarshal.AsBytes<float>(numbers).ToArray();

    /// <summary>What the program gives; each task writes some of it.</summary>
    private sealed record Answer(
        int[] Labels, double[] Probabilities, double Inertia, int Iterations, double Sum, double Information,
        double Rand, double Silhouette);
}
