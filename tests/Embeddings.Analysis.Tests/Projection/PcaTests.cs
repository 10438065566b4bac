using Embeddings.Analysis.Projection;

namespace Embeddings.Analysis.Tests.Projection;

public sealed class PcaTests
{
    [Fact]
    public void Axes_of_known_variance_are_found_in_their_order()
    {
        // Coordinate 3 has variance 9, coordinate 1 has 4, the others 0; they are not correlated.
        var vectors = new float[400 * 5];
        for (var row = 0; row < 400; row++)
        {
            vectors[(row * 5) + 3] = 100 + (row % 2 == 0 ? 3 : -3);
            vectors[(row * 5) + 1] = row / 2 % 2 == 0 ? 2 : -2;
        }

        var pca = Pca.Fit(vectors, 5, 3);
        Assert.Equal([9 * 400 / 399.0, 4 * 400 / 399.0, 0], pca.ExplainedVariance, Close);
        Assert.Equal([9 / 13.0, 4 / 13.0, 0], pca.ExplainedVarianceRatio, Close);
        Assert.Equal([0, 0, 0, 1, 0], pca.Components[..5].ToArray(), Close);
        Assert.Equal([0, 1, 0, 0, 0], pca.Components[5..10].ToArray(), Close);
        Assert.Equal([3, 2, 0], pca.Transform(vectors).AsSpan(0, 3).ToArray().Select(x => (double)x), Close);
    }

    [Theory]
    [InlineData(1_000, 30)]
    [InlineData(37, 200)]
    public void Projected_vectors_have_the_explained_variance_and_no_correlation(int rows, int dimensions)
    {
        var vectors = Mixture.Of(rows, dimensions);
        var pca = Pca.Fit(vectors, dimensions, 4);
        var projected = pca.Transform(vectors);
        for (var a = 0; a < 4; a++)
        {
            for (var b = 0; b <= a; b++)
            {
                var covariance = Enumerable.Range(0, rows)
                    .Sum(row => (double)projected[(row * 4) + a] * projected[(row * 4) + b]) / (rows - 1);
                Assert.Equal(a == b ? pca.ExplainedVariance[a] : 0, covariance, 6);
            }

            var component = pca.Components.Slice(a * dimensions, dimensions).ToArray();
            Assert.Equal(component.Max(Math.Abs), component.Max());
        }

        Assert.Equal(pca.ExplainedVariance.OrderDescending(), pca.ExplainedVariance);
    }

    [Fact]
    public void Results_are_the_same_for_any_number_of_threads()
    {
        var vectors = Mixture.Of(3_000, 100);
        var prints = new[] { 1, 2, 3 }.Select(threads =>
        {
            var pca = Pca.Fit(vectors, 100, 3, threads);
            return Fingerprint.Of(pca.Components) + Fingerprint.Of<float>(pca.Transform(vectors, threads));
        });
        Assert.Single(prints.Distinct());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(50)]
    public void Equal_vectors_have_no_variance(int rows)
    {
        var vectors = Enumerable.Repeat(Mixture.Of(1, 10), rows).SelectMany(row => row).ToArray();
        var pca = Pca.Fit(vectors, 10, 2);
        Assert.Equal([0, 0], pca.ExplainedVarianceRatio, Close);
        Assert.All(pca.Transform(vectors), x => Assert.Equal(0, x, 1e-6f));
    }

    [Fact]
    public void What_cannot_be_projected_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Pca.Fit(new[] { 1, float.NaN }, 2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Pca.Fit(new float[4], 2, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Pca.Fit(Array.Empty<float>(), 2, 1));
    }

    private static bool Close(double x, double y) => Math.Abs(x - y) < 1e-6;
}
