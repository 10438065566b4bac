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
            Assert.Equal(Enumerable.Range(0, 50).Average(row => (double)matrix[(row * dimensions) + column]), mean[column], 1e-6);
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
    public void Finite_means_neither_infinite_nor_not_a_number(float[] vector, bool finite) => Assert.Equal(finite, VectorMath.IsFinite(vector));

    [Fact]
    public void Cosine_is_one_along_zero_across_and_minus_one_against()
    {
        Assert.Equal(1, VectorMath.Cosine([1, 2], [2, 4]), 1e-6f);
        Assert.Equal(0, VectorMath.Cosine([1, 0], [0, 5]), 1e-6f);
        Assert.Equal(-1, VectorMath.Cosine([1, 2], [-1, -2]), 1e-6f);
    }
}
