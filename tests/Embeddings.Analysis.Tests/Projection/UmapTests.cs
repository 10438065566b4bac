using Embeddings.Analysis.Projection;
using Embeddings.Vectors;

namespace Embeddings.Analysis.Tests.Projection;

public sealed class UmapTests
{
    private const int Dimensions = 24;

    private static readonly UmapOptions Short = new() { Epochs = 60 };

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Clusters_stay_together(int dimensions)
    {
        var vectors = Mixture.Of(400, Dimensions, clusters: 5, width: 0.4);
        var umap = Umap.Fit(vectors, Dimensions, new UmapOptions { Dimensions = dimensions });
        Assert.Equal(400 * dimensions, umap.Positions.Length);
        Assert.InRange(SameCluster(umap.Positions, umap.Positions, dimensions, clusters: 5, skipSelf: true), 0.99, 1);
    }

    [Fact]
    public void New_vectors_are_placed_in_their_cluster()
    {
        var vectors = Mixture.Of(500, Dimensions, clusters: 5, width: 0.4);
        var umap = Umap.Fit(vectors.AsMemory(0, 400 * Dimensions), Dimensions, new UmapOptions());
        var placed = umap.Transform(vectors.AsMemory(400 * Dimensions));
        Assert.Equal(100 * 2, placed.Length);
        Assert.InRange(SameCluster(placed, umap.Positions, 2, clusters: 5, skipSelf: false), 0.97, 1);
        Assert.Equal(placed, umap.Transform(vectors.AsMemory(400 * Dimensions), threads: 1));
    }

    [Theory]
    [InlineData(Metric.Cosine, 2)]
    [InlineData(Metric.Euclidean, 5)]
    public void Layouts_have_the_same_bits_for_any_number_of_threads(Metric metric, int dimensions)
    {
        var vectors = Mixture.Of(700, Dimensions);
        var options = Short with { Metric = metric, Dimensions = dimensions };
        var prints = new[] { 1, 2, 3 }.Select(
            threads => Fingerprint.Of<float>(Umap.Fit(vectors, Dimensions, options, threads).Positions)).ToList();
        Assert.Single(prints.Distinct());
        var other = Umap.Fit(vectors, Dimensions, options with { Seed = 7 });
        Assert.NotEqual(prints[0], Fingerprint.Of<float>(other.Positions));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(14)]
    [InlineData(17)]
    public void Few_vectors_have_places_too(int count)
    {
        var umap = Umap.Fit(Mixture.Of(count, Dimensions), Dimensions, Short);
        Assert.Equal(2 * count, umap.Positions.Length);
        Assert.All(umap.Positions, x => Assert.True(float.IsFinite(x)));
        if (count > 0)
        {
            Assert.All(umap.Transform(Mixture.Of(5, Dimensions, seed: 2)), x => Assert.True(float.IsFinite(x)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(40)]
    public void Vectors_that_are_often_equal_have_places_too(int different)
    {
        var rows = Mixture.Of(different, Dimensions).Chunk(Dimensions).ToList();
        var vectors = Enumerable.Range(0, 120).SelectMany(i => rows[i % different]).ToArray();
        foreach (var metric in new[] { Metric.Cosine, Metric.Euclidean })
        {
            var umap = Umap.Fit(vectors, Dimensions, Short with { Metric = metric });
            Assert.All(umap.Positions, x => Assert.True(float.IsFinite(x)));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    public void Groups_without_any_edge_between_them_are_laid_out_apart(int groups)
    {
        // As far apart as to share no neighbours: each group has 40 vectors, and 10 neighbours are asked for.
        var vectors = Mixture.Of(groups * 40, Dimensions, groups, width: 0.1);
        var umap = Umap.Fit(vectors, Dimensions, new UmapOptions { Neighbors = 10 });
        Assert.Equal(1, SameCluster(umap.Positions, umap.Positions, 2, groups, skipSelf: true));
    }

    [Fact]
    public void Zero_vectors_have_places_too()
    {
        var vectors = Mixture.Of(60, Dimensions);
        vectors.AsSpan(0, 20 * Dimensions).Clear();
        Assert.All(Umap.Fit(vectors, Dimensions, Short).Positions, x => Assert.True(float.IsFinite(x)));
    }

    [Fact]
    public void What_is_no_matrix_of_numbers_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Umap.Fit(new[] { 1, float.NaN, 1, 2 }, 2, Short));
        Assert.Throws<ArgumentException>(() => Umap.Fit(new float[3], 2, Short));
        Assert.Throws<ArgumentOutOfRangeException>(() => Umap.Fit(new float[4], 2, Short with { Neighbors = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Umap.Fit(new float[4], 2, Short with { MinDistance = 2 }));
    }

    [Fact]
    public void Progress_never_falls_and_ends_at_1()
    {
        var told = new Told(_ => { });
        Umap.Fit(Mixture.Of(300, Dimensions), Dimensions, Short, threads: 2, told);
        Assert.Equal(told.Values.Order(), told.Values);
        Assert.Equal(1, told.Values[^1]);
        Assert.True(told.Values.Count > 20);
    }

    [Fact]
    public void A_layout_that_is_cancelled_in_the_middle_ends()
    {
        var vectors = Mixture.Of(300, Dimensions);
        Told.CancelBeyond(
            0.6, (progress, token) => Umap.Fit(vectors, Dimensions, Short, threads: 2, progress, token));
    }

    // The part of positions whose nearest reference is of the same cluster: vector i belongs to cluster i mod clusters.
    private static double SameCluster(
        float[] positions, float[] references, int dimensions, int clusters, bool skipSelf)
    {
        var count = positions.Length / dimensions;
        return Enumerable.Range(0, count).Count(i =>
        {
            var nearest = Enumerable.Range(0, references.Length / dimensions).Where(j => !skipSelf || j != i)
                .MinBy(j => Enumerable.Range(0, dimensions).Sum(d =>
                    Math.Pow(positions[(i * dimensions) + d] - references[(j * dimensions) + d], 2)));
            return nearest % clusters == i % clusters;
        }) / (double)count;
    }
}
