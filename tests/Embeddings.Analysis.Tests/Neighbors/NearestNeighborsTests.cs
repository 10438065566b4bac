using Embeddings.Analysis.Neighbors;
using Embeddings.Vectors;

namespace Embeddings.Analysis.Tests.Neighbors;

public sealed class NearestNeighborsTests
{
    [Theory]
    [InlineData(Metric.Cosine, 300, 20, 10)]
    [InlineData(Metric.Euclidean, 300, 20, 10)]
    [InlineData(Metric.InnerProduct, 300, 20, 10)]
    [InlineData(Metric.Euclidean, 97, 3, 96)]
    [InlineData(Metric.Cosine, 97, 33, 1000)]
    [InlineData(Metric.Cosine, 2, 5, 3)]
    public void Neighbours_are_those_of_a_sort_of_all_distances(Metric metric, int count, int dimensions, int k)
    {
        var vectors = Mixture.Of(count, dimensions);
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] *= 1 + (i / dimensions % 3);
        }

        var table = NearestNeighbors.OfAll(vectors, dimensions, k, metric);
        Assert.Equal(Math.Min(k, count - 1), table.K);
        for (var i = 0; i < count; i++)
        {
            var expected = Sorted(metric, vectors, i, vectors, dimensions)
                .Where(other => other.Id != i).Take(k).ToList();
            Assert.Equal(expected.Select(other => other.Id), table.IndicesOf(i).ToArray());
            Assert.Equal(expected.Select(other => (float)other.Distance), table.DistancesOf(i).ToArray(), Close);
        }
    }

    [Theory]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.Euclidean)]
    public void Queries_find_their_neighbours_among_the_vectors(Metric metric)
    {
        var vectors = Mixture.Of(500, 24);
        var queries = Mixture.Of(130, 24, seed: 2);
        var table = NearestNeighbors.Of(queries, vectors, 24, 7, metric, threads: 2);
        for (var i = 0; i < 130; i++)
        {
            var expected = Sorted(metric, queries, i, vectors, 24).Take(7).ToList();
            Assert.Equal(expected.Select(other => other.Id), table.IndicesOf(i).ToArray());
            Assert.Equal(expected.Select(other => (float)other.Distance), table.DistancesOf(i).ToArray(), Close);
        }
    }

    [Theory]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.Euclidean)]
    public void Equal_vectors_are_at_distance_0_and_ordered_by_index(Metric metric)
    {
        var one = Mixture.Of(1, 40);
        var vectors = Enumerable.Repeat(one, 200).SelectMany(row => row).ToArray();
        var table = NearestNeighbors.OfAll(vectors, 40, 5, metric, threads: 3);
        Assert.Equal([0, 1, 2, 3, 4], table.IndicesOf(199).ToArray());
        Assert.Equal([0, 1, 3, 4, 5], table.IndicesOf(2).ToArray());
        Assert.All(table.Distances, distance => Assert.Equal(0, distance));
    }

    [Fact]
    public void Neighbours_closer_together_than_floats_can_tell_are_told_apart()
    {
        // Points on a line, far from the origin: |x|² + |y|² − 2xy has no digit left for them in a float.
        var vectors = Enumerable.Range(0, 400).SelectMany(i => new[] { 1000f, i * 0.001f, 0 }).ToArray();
        var table = NearestNeighbors.OfAll(vectors, 3, 2, Metric.Euclidean);
        for (var i = 1; i < 399; i++)
        {
            Assert.Equal([i - 1, i + 1], table.IndicesOf(i).ToArray().Order());
        }
    }

    [Fact]
    public void Results_are_the_same_for_any_number_of_threads()
    {
        var vectors = Mixture.Of(1_000, 32);
        var expected = NearestNeighbors.OfAll(vectors, 32, 15, Metric.Cosine, threads: 1);
        foreach (var threads in new[] { 2, 3 })
        {
            var table = NearestNeighbors.OfAll(vectors, 32, 15, Metric.Cosine, threads);
            Assert.Equal(expected.Indices, table.Indices);
            Assert.Equal(expected.Distances, table.Distances);
        }
    }

    [Fact]
    public void What_is_no_matrix_of_numbers_is_refused()
    {
        Assert.Throws<ArgumentException>(() => NearestNeighbors.OfAll(new float[7], 2, 1, Metric.Cosine));
        Assert.Throws<ArgumentException>(() => NearestNeighbors.OfAll(new[] { 1, float.NaN }, 2, 1, Metric.Cosine));
        Assert.Throws<ArgumentOutOfRangeException>(() => NearestNeighbors.OfAll(new float[4], 2, -1, Metric.Cosine));
    }

    [Fact]
    public void One_vector_or_none_has_no_neighbours()
    {
        Assert.Equal(0, NearestNeighbors.OfAll(new float[2], 2, 5, Metric.Euclidean).K);
        Assert.Empty(NearestNeighbors.OfAll(Array.Empty<float>(), 2, 5, Metric.Euclidean).Indices);
    }

    [Fact]
    public void A_cancelled_search_ends()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => NearestNeighbors.OfAll(
            Mixture.Of(500, 8), 8, 5, Metric.Cosine, threads: 2, cancellationToken: source.Token));
    }

    private static bool Close(float x, float y) => Math.Abs(x - y) <= 1e-6 * Math.Max(1, Math.Abs(x));

    private static IEnumerable<(double Distance, int Id)> Sorted(
        Metric metric, float[] queries, int query, float[] vectors, int dimensions) =>
        Enumerable.Range(0, vectors.Length / dimensions)
            .Select(id => (Distance(
                metric, queries.AsSpan(query * dimensions, dimensions),
                vectors.AsSpan(id * dimensions, dimensions)), id))
            .Order();

    private static double Distance(Metric metric, ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double dot = 0, square = 0, other = 0, difference = 0;
        for (var i = 0; i < x.Length; i++)
        {
            dot += (double)x[i] * y[i];
            square += (double)x[i] * x[i];
            other += (double)y[i] * y[i];
            difference += ((double)x[i] - y[i]) * ((double)x[i] - y[i]);
        }

        return metric switch
        {
            Metric.Euclidean => Math.Sqrt(difference),
            Metric.InnerProduct => -dot,
            _ => 1 - (dot / Math.Sqrt(square) / Math.Sqrt(other)),
        };
    }
}
