using Embeddings.Analysis.Clustering;
using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Tests.Clustering;

/// <summary>HDBSCAN by its properties; against scikit-learn in <see cref="ScikitLearnTests"/>.</summary>
public sealed class HdbscanTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(30)]
    public void Blobs_far_apart_are_the_clusters_and_a_row_between_them_is_noise(int dimensions)
    {
        float[] rows = [.. Blobs.Make(1, 4, 40, dimensions, spread: 200), .. Enumerable.Repeat(-500f, dimensions)];
        var result = Hdbscan.Fit(rows, dimensions, new() { MinClusterSize = 20 });
        Assert.Equal(4, result.Clusters);
        int[] blobs = [.. Enumerable.Range(0, 160).Select(row => row / 40)];
        Assert.Equal(1, Agreement.AdjustedRandIndex(blobs, result.Labels[..160]));
        Assert.Equal((-1, 0), (result.Labels[160], result.Probabilities[160]));
    }

    [Theory]
    [InlineData(3_000, 5)]
    [InlineData(900, 20)]
    public void Any_number_of_threads_gives_the_same_bits(int count, int dimensions)
    {
        var rows = Mixture.Of(count, dimensions, width: 0.3);
        var prints = new[] { 1, 2, 5 }.Select(threads =>
        {
            var result = Hdbscan.Fit(rows, dimensions, new() { MinClusterSize = 10, Threads = threads });
            return (Fingerprint.Of<int>(result.Labels), Fingerprint.Of<double>(result.Probabilities));
        });
        Assert.Single(prints.Distinct());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(25)]
    public void Both_ways_to_the_spanning_tree_are_equally_short(int minSamples)
    {
        // Rounded, so that there are many equal distances and equal rows.
        float[] rows = [.. Blobs.Make(4, 5, 200, 3, spread: 4).Select(number => MathF.Round(2 * number) / 2)];
        using var team = new ThreadTeam(2, CancellationToken.None);
        var points = new Points(rows, 3, team);
        var (boruvka, prim) = (BoruvkaTree.Build(points, minSamples, null), PrimTree.Build(points, minSamples, null));
        Assert.Equal(
            prim.Select(edge => edge.Distance).Order(), boruvka.Select(edge => edge.Distance).Order());
        var components = new Components(1_000);
        Assert.All(boruvka, edge => Assert.True(components.Join(edge.From, edge.To)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(50)]
    [InlineData(2_000)]
    public void Equal_rows_have_no_denser_place(int count)
    {
        var result = Hdbscan.Fit(new float[count * 2], 2, new() { MinClusterSize = 2 });
        Assert.Equal(0, result.Clusters);
        Assert.All(result.Labels, label => Assert.Equal(-1, label));
    }

    [Fact]
    public void Copies_of_two_rows_are_two_clusters()
    {
        float[] rows = [.. Enumerable.Repeat(1f, 30), .. Enumerable.Repeat(2f, 20)];
        var result = Hdbscan.Fit(rows, 1, new() { MinClusterSize = 5 });
        Assert.Equal(2, result.Clusters);
        Assert.All(result.Probabilities, probability => Assert.Equal(1, probability));
    }

    [Fact]
    public void Leaves_are_at_least_as_many_as_the_most_stable_clusters()
    {
        var rows = Blobs.Make(6, 12, 60, 3, spread: 8);
        var stable = Hdbscan.Fit(rows, 3, new() { MinClusterSize = 8 });
        var leaves = Hdbscan.Fit(rows, 3, new() { MinClusterSize = 8, Selection = ClusterSelection.Leaf });
        Assert.InRange(leaves.Clusters, stable.Clusters, 720 / 8);
        Assert.All(
            leaves.Labels.Where(label => label >= 0).CountBy(label => label), size => Assert.True(size.Value >= 8));
    }

    [Fact]
    public void What_cannot_be_clustered_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Hdbscan.Fit(new float[] { 1, float.PositiveInfinity }, 1, new()));
        Assert.Throws<ArgumentException>(() => Hdbscan.Fit(Array.Empty<float>(), 1, new()));
        Assert.Throws<ArgumentOutOfRangeException>(() => Hdbscan.Fit(new float[2], 1, new() { MinClusterSize = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Hdbscan.Fit(new float[2], 1, new() { MinSamples = 0 }));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    public void A_cancelled_token_ends_it(int dimensions)
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => Hdbscan.Fit(
            Mixture.Of(100, dimensions), dimensions, new(), cancellationToken: source.Token));
    }
}
