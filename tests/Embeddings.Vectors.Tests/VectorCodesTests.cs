namespace Embeddings.Vectors.Tests;

public sealed class VectorCodesTests
{
    [Theory]
    [InlineData(0f, 0)]
    [InlineData(0.5f, 127)]
    [InlineData(-0.5f, -127)]
    [InlineData(0.25f, 64)] // 63.5: of two integers the even one
    [InlineData(0.001f, 0)]
    [InlineData(0.9f, 127)]
    [InlineData(-0.9f, -128)]
    [InlineData(3e38f, 127)]
    public void A_number_becomes_the_nearest_code_and_one_beyond_the_range_the_last(float number, int code)
    {
        var codes = new sbyte[1];
        VectorCodes.Quantize([number], 0.5f, codes);
        Assert.Equal(code, codes[0]);
    }

    [Fact]
    public void The_signs_of_eight_numbers_are_a_byte_with_the_first_in_front()
    {
        var bits = new byte[2];
        bits.AsSpan().Fill(0xFF);
        // Zero is not above zero, whatever its sign.
        VectorCodes.Signs([1, -1, 0, 1e-30f, -0f, 2, -3, 4, -1, 5], bits);
        Assert.Equal([0b1001_0101, 0b0100_0000], bits);
    }

    [Fact]
    public void The_cosines_of_codes_are_nearly_those_of_the_vectors_and_those_of_signs_less_so()
    {
        const int Dimensions = 384;
        var random = new Random(5);
        for (var i = 0; i < 100; i++)
        {
            float[] x = [.. Enumerable.Range(0, Dimensions).Select(_ => Normal(random))];
            float[] y = [.. x.Select(number => (number * i / 100) + Normal(random))];
            VectorMath.Normalize(x);
            VectorMath.Normalize(y);
            var cosine = VectorMath.Cosine(x, y);
            Assert.Equal(cosine, VectorMath.Cosine(Codes(x), Codes(y)), 0.01f);
            // The angle between the vectors is their share of different signs, but for chance.
            var share = Bits(x).Zip(Bits(y)).Sum(pair => int.PopCount(pair.First ^ pair.Second)) / (double)Dimensions;
            Assert.Equal(Math.Acos(cosine) / Math.PI, share, 0.12);
        }

        float[] Codes(float[] vector)
        {
            var codes = new sbyte[Dimensions];
            VectorCodes.Quantize(vector, VectorCodes.UsualRange(Dimensions), codes);
            return [.. codes.Select(code => (float)code)];
        }

        byte[] Bits(float[] vector)
        {
            var bits = new byte[VectorCodes.BytesOfSigns(Dimensions)];
            VectorCodes.Signs(vector, bits);
            return bits;
        }
    }

    [Fact]
    public void Room_of_another_size_is_refused()
    {
        Assert.Throws<ArgumentException>(() => VectorCodes.Quantize([1, 2], 1, new sbyte[3]));
        Assert.Throws<ArgumentException>(() => VectorCodes.Signs([1, 2], new byte[2]));
    }

    private static float Normal(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
