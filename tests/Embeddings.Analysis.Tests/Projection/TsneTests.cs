using Embeddings.Analysis.Numerics;
using Embeddings.Analysis.Projection;
using Embeddings.Vectors;

namespace Embeddings.Analysis.Tests.Projection;

public sealed class TsneTests
{
    private const int Dimensions = 24;

    private static readonly TsneOptions Short = new() { EarlyIterations = 50, Iterations = 50, Perplexity = 10 };

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Clusters_stay_together(int dimensions)
    {
        var vectors = Mixture.Of(400, Dimensions, clusters: 5, width: 0.4);
        var tsne = Tsne.Fit(vectors, Dimensions, Short with { Dimensions = dimensions });
        var quality = ProjectionQuality.Of(vectors, Dimensions, Metric.Cosine, tsne.Positions, 10);
        Assert.InRange(quality.Trustworthiness, 0.9, 1);
        Assert.InRange(quality.NeighborsKept, 0.35, 1);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Without_approximation_the_gradient_is_that_of_the_formula(int dimensions)
    {
        const int Count = 203;
        var (graph, positions) = Example(Count, dimensions);
        using var team = new ThreadTeam(2, CancellationToken.None);
        var forces = new TsneForces(graph, dimensions, theta: 0, team);
        var gradient = positions.Select(column => new float[column.Length]).ToArray();
        forces.Gradient(positions, 3, gradient);

        var (expected, normalisation, divergence) = Formula(graph, positions, 3);
        Assert.Equal(1, forces.Normalisation / normalisation, 1e-5);
        Assert.Equal(divergence, forces.Divergence(positions), 1e-5);
        var largest = expected.SelectMany(column => column).Max(Math.Abs);
        for (var d = 0; d < dimensions; d++)
        {
            Assert.Equal(expected[d], gradient[d].Select(x => (double)x), (x, y) => Math.Abs(x - y) < 1e-5 * largest);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void The_tree_comes_near_to_the_formula(int dimensions)
    {
        const int Count = 800;
        var (graph, positions) = Example(Count, dimensions);
        using var team = new ThreadTeam(2, CancellationToken.None);
        var forces = new TsneForces(graph, dimensions, theta: 0.5, team);
        var gradient = positions.Select(column => new float[column.Length]).ToArray();
        forces.Gradient(positions, 1, gradient);

        var (expected, normalisation, _) = Formula(graph, positions, 1);
        Assert.Equal(1, forces.Normalisation / normalisation, 0.01);
        var (error, size) = (0.0, 0.0);
        for (var d = 0; d < dimensions; d++)
        {
            error += expected[d].Zip(gradient[d], (x, y) => (x - y) * (x - y)).Sum();
            size += expected[d].Sum(x => x * x);
        }

        Assert.InRange(Math.Sqrt(error / size), 0, 0.03);
    }

    [Fact]
    public void Affinities_are_symmetric_with_sum_1()
    {
        var (graph, _) = Example(300, 2);
        Assert.Equal(1, graph.Weights.Sum(x => (double)x), 1e-5);
        for (var i = 0; i < 300; i++)
        {
            foreach (var j in graph.TargetsOf(i))
            {
                Assert.Equal(Weight(graph, i, j), Weight(graph, j, i));
            }
        }
    }

    [Theory]
    [InlineData(Metric.Cosine, 2)]
    [InlineData(Metric.Euclidean, 3)]
    public void Layouts_have_the_same_bits_for_any_number_of_threads(Metric metric, int dimensions)
    {
        var vectors = Mixture.Of(700, Dimensions);
        var options = Short with { Metric = metric, Dimensions = dimensions };
        var prints = new[] { 1, 2, 3 }
            .Select(threads => Fingerprint.Of<float>(Tsne.Fit(vectors, Dimensions, options, threads).Positions));
        Assert.Single(prints.Distinct());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(9)]
    public void Few_vectors_have_places_too(int count)
    {
        var tsne = Tsne.Fit(Mixture.Of(count, Dimensions), Dimensions, Short);
        Assert.Equal(2 * count, tsne.Positions.Length);
        Assert.All(tsne.Positions, x => Assert.True(float.IsFinite(x)));
        Assert.True(double.IsFinite(tsne.Divergence));
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
            var tsne = Tsne.Fit(vectors, Dimensions, Short with { Metric = metric });
            Assert.All(tsne.Positions, x => Assert.True(float.IsFinite(x)));
        }
    }

    [Fact]
    public void What_cannot_be_laid_out_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Tsne.Fit(new[] { 1, float.NaN, 1, 2 }, 2, Short));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tsne.Fit(new float[4], 2, Short with { Dimensions = 4 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tsne.Fit(new float[4], 2, Short with { Perplexity = 0 }));
    }

    [Fact]
    public void Progress_never_falls_and_a_cancelled_layout_ends()
    {
        var vectors = Mixture.Of(300, Dimensions);
        var told = Told.CancelBeyond(
            0.6, (progress, token) => Tsne.Fit(vectors, Dimensions, Short, threads: 2, progress, token));
        Assert.Equal(told.Values.Order(), told.Values);
    }

    private static (NeighborGraph Graph, float[][] Positions) Example(int count, int dimensions)
    {
        using var team = new ThreadTeam(1, CancellationToken.None);
        var vectors = Mixture.Of(count, Dimensions);
        var table = Analysis.Neighbors.NearestNeighbors.OfAll(vectors, Dimensions, 30, Metric.Cosine);
        var random = new Random(3);
        float[] Column() => [.. Enumerable.Range(0, count).Select(_ => 20 * random.NextSingle())];
        float[][] positions = [.. Enumerable.Range(0, dimensions).Select(_ => Column())];
        return (TsneAffinities.Of(table, Metric.Cosine, 10, team), positions);
    }

    private static float Weight(NeighborGraph graph, int from, int to) =>
        graph.WeightsOf(from)[graph.TargetsOf(from).IndexOf(to)];

    // A quarter of the gradient, Σ (e p − q / Z) q (yᵢ − yⱼ) with q = 1 / (1 + |yᵢ − yⱼ|²); Z; and the divergence.
    private static (double[][] Gradient, double Normalisation, double Divergence) Formula(
        NeighborGraph graph, float[][] positions, double exaggeration)
    {
        var count = graph.Count;
        double Q(int i, int j) => 1 / (1 + positions.Sum(column => Math.Pow((double)column[i] - column[j], 2)));
        var z = 0.0;
        for (var i = 0; i < count; i++)
        {
            z += Enumerable.Range(0, count).Where(j => j != i).Sum(j => Q(i, j));
        }

        var gradient = positions.Select(_ => new double[count]).ToArray();
        var divergence = 0.0;
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < count; j++)
            {
                var at = graph.TargetsOf(i).IndexOf(j);
                double p = at < 0 ? 0 : graph.WeightsOf(i)[at];
                var q = i == j ? 0 : Q(i, j);
                divergence += p > 0 ? p * Math.Log(p / (q / z)) : 0;
                for (var d = 0; d < positions.Length; d++)
                {
                    gradient[d][i] += ((exaggeration * p) - (q / z)) * q * ((double)positions[d][i] - positions[d][j]);
                }
            }
        }

        return (gradient, z, divergence);
    }
}
