using Embeddings.Analysis.Neighbors;
using Embeddings.Analysis.Numerics;
using Embeddings.Analysis.Projection;
using Embeddings.Vectors;

namespace Embeddings.Analysis.Tests.Reference;

/// <summary>Projections, stage by stage, beside umap-learn and scikit-learn.</summary>
public sealed class ProjectionReferenceTests
{
    private const int Count = 800;
    private const int Dimensions = 32;
    private const int K = 15;
    private const double Perplexity = 30;

    private static readonly Lazy<Task<Answer>> Asked = new(AskAsync);

    private static readonly float[] Vectors = Mixture.Of(Count, Dimensions, clusters: 12, width: 2);
    private static readonly float[][] Curves = [[1, 0.1f], [1, 0], [1, 0.5f], [2, 0.25f]];

    /// <summary>What the libraries answer; graphs are [rows, columns, values].</summary>
    public sealed record Answer(
        double[][] Curve, double[][] Graph, double[][] Spectral, double[][] Pca, double[] PcaRatio,
        double[][] Affinities, double Trustworthiness, float[] Umap, float[] Tsne, double TsneDivergence);

    [Fact]
    public async Task The_curves_are_those_of_umap_learn()
    {
        var answer = await RequireAsync();
        foreach (var (given, expected) in Curves.Zip(answer.Curve))
        {
            var curve = UmapCurve.Fit(given[0], given[1]);
            Assert.Equal(expected, [curve.A, curve.B], Within(1e-4));
        }
    }

    [Fact]
    public async Task The_graph_is_that_of_umap_learn()
    {
        var answer = await RequireAsync();
        using var team = new ThreadTeam(2, CancellationToken.None);
        var weights = FuzzyNeighbors.Fitted(UmapNeighbors(), team);
        Same(answer.Graph, NeighborGraph.Union(UmapNeighbors(), weights, static (w, v) => w + v - (w * v)), 1e-5);
    }

    [Fact]
    public async Task The_spectral_coordinates_are_scipys_eigenvectors_up_to_their_sign()
    {
        var answer = await RequireAsync();
        using var team = new ThreadTeam(2, CancellationToken.None);
        var weights = FuzzyNeighbors.Fitted(UmapNeighbors(), team);
        var graph = NeighborGraph.Union(UmapNeighbors(), weights, static (w, v) => w + v - (w * v));
        var own = SpectralEmbedding.Of(graph, 2, 42, team);
        for (var d = 0; d < 2; d++)
        {
            var dot = answer.Spectral.Select((row, i) => row[d] * own[(2 * i) + d]).Sum();
            Assert.Equal(1, Math.Abs(dot), 1e-6);
        }
    }

    [Fact]
    public async Task Principal_components_are_those_of_scikit_learn()
    {
        var answer = await RequireAsync();
        var pca = Pca.Fit(Vectors, Dimensions, 3);
        Assert.Equal(answer.PcaRatio, pca.ExplainedVarianceRatio, Within(1e-6));
        for (var component = 0; component < 3; component++)
        {
            var expected = answer.Pca[component];
            var sign = Math.Sign(expected.MaxBy(Math.Abs));
            Assert.Equal(
                expected.Select(x => sign * x), pca.Components.Slice(component * Dimensions, Dimensions).ToArray(),
                Within(1e-5));
        }
    }

    [Fact]
    public async Task Affinities_are_those_of_scikit_learn()
    {
        var answer = await RequireAsync();
        using var team = new ThreadTeam(2, CancellationToken.None);
        var own = TsneAffinities.Of(TsneNeighbors(), Metric.Cosine, Perplexity, team);
        Same(answer.Affinities, own, 1e-5 * own.Weights.Max());
    }

    [Fact]
    public async Task Trustworthiness_is_that_of_scikit_learn()
    {
        var answer = await RequireAsync();
        var quality = ProjectionQuality.Of(Vectors, Dimensions, Metric.Euclidean, Map(), K);
        Assert.Equal(answer.Trustworthiness, quality.Trustworthiness, 1e-9);
    }

    [Fact]
    public async Task Maps_are_as_faithful_as_those_of_umap_learn()
    {
        var answer = await RequireAsync();
        var own = Umap.Fit(Vectors, Dimensions, new UmapOptions());
        AsFaithful(answer.Umap, own.Positions);
    }

    [Fact]
    public async Task The_divergence_of_t_sne_is_that_of_scikit_learn_and_its_map_as_faithful()
    {
        var answer = await RequireAsync();
        var own = Tsne.Fit(Vectors, Dimensions, new TsneOptions());
        Assert.InRange(own.Divergence, 0, 1.02 * answer.TsneDivergence);
        AsFaithful(answer.Tsne, own.Positions);
    }

    private static async Task<Answer> RequireAsync()
    {
        await PythonPeer.Umap.RequireAsync();
        return await Asked.Value;
    }

    private static Task<Answer> AskAsync() => PythonPeer.Umap.AskAsync<Answer>(
        "projection_peer.py",
        new
        {
            vectors = Vectors,
            dimensions = Dimensions,
            umap_indices = UmapNeighbors().Indices,
            umap_distances = UmapNeighbors().Distances,
            tsne_indices = TsneNeighbors().Indices,
            // Of vectors of length 1: |x − y|² = 2 (1 − cos).
            tsne_squares = TsneNeighbors().Distances.Select(distance => 2 * distance),
            perplexity = Perplexity,
            curves = Curves,
            map = Map(),
            k = K,
        });

    private static NeighborTable UmapNeighbors() => NearestNeighbors.OfAll(Vectors, Dimensions, K - 1, Metric.Cosine);

    private static NeighborTable TsneNeighbors() => NearestNeighbors.OfAll(Vectors, Dimensions, 90, Metric.Cosine);

    private static float[] Map() =>
        [.. Enumerable.Range(0, 2 * Count).Select(i => Vectors[(i / 2 * Dimensions) + (i % 2)])];

    private static Func<double, double, bool> Within(double tolerance) => (x, y) => Math.Abs(x - y) <= tolerance;

    private static void Same(double[][] expected, NeighborGraph graph, double tolerance)
    {
        var values = expected[0].Zip(expected[1], (row, column) => ((int)row, (int)column))
            .Zip(expected[2]).ToDictionary(entry => entry.First, entry => entry.Second);
        Assert.Equal(values.Count, graph.Targets.Length);
        for (var vertex = 0; vertex < graph.Count; vertex++)
        {
            foreach (var (target, weight) in graph.TargetsOf(vertex).ToArray().Zip(graph.WeightsOf(vertex).ToArray()))
            {
                Assert.Equal(values[(vertex, target)], weight, tolerance);
            }
        }
    }

    private static void AsFaithful(float[] reference, float[] own)
    {
        var expected = ProjectionQuality.Of(Vectors, Dimensions, Metric.Cosine, reference, K);
        var quality = ProjectionQuality.Of(Vectors, Dimensions, Metric.Cosine, own, K);
        Assert.InRange(quality.Trustworthiness, expected.Trustworthiness - 0.005, 1);
        Assert.InRange(quality.NeighborsKept, expected.NeighborsKept - 0.005, 1);
    }
}
