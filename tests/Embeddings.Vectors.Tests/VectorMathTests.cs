namespace Embeddings.Vectors.Tests;

public sealed class VectorMathTests
{
    [Fact]
    public void A_normalized_vector_has_length_one_and_its_direction()
    {
        float[] vector = [3, 0, -4];
        VectorMath.Normalize(vector);
        Assert.Equal([0.6f, 0f, -0.8f], vector);
    }

    [Fact]
    public void A_zero_vector_stays_zero()
    {
        float[] vector = [0, 0];
        VectorMath.Normalize(vector);
        Assert.Equal([0f, 0f], vector);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(384)]
    public void The_mean_of_rows_is_that_of_double_precision(int dimensions)
    {
        var random = new Random(7);
        float[] matrix = [.. Enumerable.Range(0, 50 * dimensions).Select(_ => random.NextSingle() - 0.5f)];
        var mean = new float[dimensions];
        VectorMath.MeanOfRows(matrix, mean);
        for (var column = 0; column < dimensions; column++)
        {
            Assert.Equal(
                Enumerable.Range(0, 50).Average(row => (double)matrix[(row * dimensions) + column]), mean[column],
                1e-6);
        }
    }

    [Fact]
    public void A_matrix_of_broken_rows_is_refused()
    {
        Assert.Throws<ArgumentException>(() => VectorMath.MeanOfRows([1, 2, 3], new float[2]));
        Assert.Throws<ArgumentException>(() => VectorMath.MeanOfRows([], new float[2]));
    }

    [Theory]
    [InlineData(new[] { 1f, -2f }, true)]
    [InlineData(new[] { 1f, float.NaN }, false)]
    [InlineData(new[] { float.NegativeInfinity, 1f }, false)]
    public void Finite_means_neither_infinite_nor_not_a_number(float[] vector, bool finite) =>
        Assert.Equal(finite, VectorMath.IsFinite(vector));

    [Fact]
    public void Cosine_is_one_along_zero_across_and_minus_one_against()
    {
        Assert.Equal(1, VectorMath.Cosine([1, 2], [2, 4]), 1e-6f);
        Assert.Equal(0, VectorMath.Cosine([1, 0], [0, 5]), 1e-6f);
        Assert.Equal(-1, VectorMath.Cosine([1, 2], [-1, -2]), 1e-6f);
    }

    [Fact]
    public void A_zero_vector_has_cosine_zero_and_rounding_never_leads_beyond_one()
    {
        Assert.Equal(0, VectorMath.Cosine([0, 0], [1, 2]));
        Assert.Equal(0, VectorMath.Cosine([0, 0], [0, 0]));
        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            var vector = TestVectors.Make("uniform", random, 1, 100);
            Assert.InRange(VectorMath.Cosine(vector, vector), 0.9999f, 1f);
        }
    }

    [Fact]
    public void Distances_whose_squares_no_float_holds_are_right()
    {
        var scores = new float[4];
        VectorMath.Scores(Metric.Euclidean, [0, 0], [2e-23f, 0, 1e-23f, 0, 0, 0, 3e30f, 4e30f], scores);
        Assert.Equal([2e-23f, 1e-23f, 0, 5e30f], scores);
    }

    [Fact]
    public void Infinity_and_not_a_number_go_through()
    {
        Assert.Equal(float.NaN, VectorMath.Dot([float.NaN, 1], [1, 1]));
        Assert.Equal(float.NaN, VectorMath.Cosine([float.NaN, 1], [1, 1]));
        Assert.Equal(float.PositiveInfinity, VectorMath.Dot([float.PositiveInfinity, 1], [1, 1]));
        Assert.Equal(float.PositiveInfinity, VectorMath.SquaredDistance([1e30f, 1], [-1e30f, 1]));
        Assert.Equal(float.PositiveInfinity, VectorMath.Norm([1e30f]));
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => VectorMath.Dot([1], [1, 2]));
        Assert.Throws<ArgumentException>(() => VectorMath.Cosine([1], [1, 2]));
        Assert.Throws<ArgumentException>(() => VectorMath.SquaredDistance([1], [1, 2]));
        Assert.Throws<ArgumentException>(() => VectorMath.Scores(Metric.Cosine, [1, 2], [1, 2, 3], new float[1]));
        Assert.Throws<ArgumentException>(
            () => VectorMath.ScoreMatrix(Metric.Cosine, [1, 2], [1, 2, 3], 2, new float[1]));
        Assert.Throws<ArgumentException>(() => VectorMath.ScoreMatrix(Metric.Cosine, [1, 2], [1, 2], 2, new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => VectorMath.ScoreMatrix(Metric.Cosine, [], [], 0, []));
    }

    [Theory]
    [InlineData(Metric.Cosine, 1, 1, 1)]
    [InlineData(Metric.Cosine, 70, 33, 17)]
    [InlineData(Metric.InnerProduct, 5, 100, 64)]
    [InlineData(Metric.InnerProduct, 129, 16, 384)]
    [InlineData(Metric.Euclidean, 9, 40, 31)]
    [InlineData(Metric.Cosine, 0, 20, 8)]
    public void A_matrix_of_scores_is_that_of_double_precision(Metric metric, int sources, int targets, int dimensions)
    {
        var random = new Random(4);
        var (left, right) = (
            TestVectors.Make("uniform", random, sources, dimensions),
            TestVectors.Make("sparse", random, targets, dimensions));
        var scores = new float[sources * targets];
        VectorMath.ScoreMatrix(metric, left, right, dimensions, scores);
        for (var row = 0; row < sources; row++)
        {
            for (var column = 0; column < targets; column++)
            {
                var expected = TestVectors.Score(
                    metric, left.AsSpan(row * dimensions, dimensions), right.AsSpan(column * dimensions, dimensions));
                Assert.Equal(expected, scores[(row * targets) + column], 2e-6 * Math.Max(1, Math.Abs(expected)));
            }
        }
    }
}
