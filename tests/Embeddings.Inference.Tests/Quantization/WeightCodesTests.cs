using Embeddings.Inference.Quantization;

namespace Embeddings.Inference.Tests.Quantization;

/// <summary>Rounding of weights.</summary>
public sealed class WeightCodesTests
{
    [Fact]
    public void Every_column_has_the_scale_of_its_own_largest_weight()
    {
        // Neighbours in a column differ in sign, so that only the largest counts.
        float[] weights = [0.5f, -0.006f, 0, -2, 0.02f, 0];
        var codes = WeightCodes.ByColumn(weights, 3);
        Assert.Equal(2f / 127, codes.Scales[0], 1e-9f);
        Assert.Equal(0.02f / 127, codes.Scales[1], 1e-9f);
        Assert.Equal([32, -38, 0, -127, 127, 0], codes.Codes.Select(code => (int)code));
    }

    [Fact]
    public void Neighbours_of_one_sign_never_overflow_16_bits_beside_activations_of_255()
    {
        var random = new Random(3);
        float[] weights = [.. Enumerable.Range(0, 64 * 8).Select(_ => MathF.Pow((random.NextSingle() * 2) - 1, 3))];
        var codes = WeightCodes.ByColumn(weights, 8);
        for (var row = 0; row < 64; row += 2)
        {
            for (var column = 0; column < 8; column++)
            {
                var (first, second) = (codes.Codes[(row * 8) + column], codes.Codes[((row + 1) * 8) + column]);
                Assert.InRange(255 * (Math.Max((int)first, 0) + Math.Max((int)second, 0)), 0, short.MaxValue);
                Assert.InRange(255 * (Math.Min((int)first, 0) + Math.Min((int)second, 0)), short.MinValue, 0);
                Assert.InRange(
                    MathF.Abs(weights[(row * 8) + column] - (first * codes.Scales[column])),
                    0,
                    codes.Scales[column] * 0.5001f);
            }
        }
    }

    [Fact]
    public void Every_row_of_a_table_has_the_scale_of_its_own_largest_value()
    {
        var codes = WeightCodes.ByRow([127, -1, 0, 0, -0.5f, 0.25f], 2);
        Assert.Equal([1f, 1f, 0.5f / 127], codes.Scales);
        Assert.Equal([127, -1, 0, 0, -127, 64], codes.Codes.Select(code => (int)code));
    }
}
