using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Tests.Numerics;

public sealed class CounterRandomTests
{
    [Fact]
    public void Numbers_are_uniform_within_a_stream_and_across_streams()
    {
        var random = new CounterRandom(1);
        const int Draws = 100_000;
        double within = 0, across = 0, product = 0;
        for (ulong i = 0; i < Draws; i++)
        {
            var (a, b) = (random.Uniform(7, i), random.Uniform(i, 7));
            Assert.InRange(a, 0, 1 - 1e-16);
            within += a;
            across += b;
            product += (a - 0.5) * (b - 0.5);
        }

        // Five standard deviations of the mean of uniform numbers, and of the product of two.
        Assert.InRange(within / Draws, 0.5 - 0.0046, 0.5 + 0.0046);
        Assert.InRange(across / Draws, 0.5 - 0.0046, 0.5 + 0.0046);
        Assert.InRange(product / Draws, -0.0014, 0.0014);
    }

    [Fact]
    public void Integers_below_a_bound_are_equally_frequent()
    {
        var random = new CounterRandom(2);
        var counts = new int[7];
        for (ulong i = 0; i < 70_000; i++)
        {
            counts[random.Below(7, 3, i)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
    }

    [Fact]
    public void Another_seed_gives_other_numbers() =>
        Assert.NotEqual(new CounterRandom(1).Bits(0, 0), new CounterRandom(2).Bits(0, 0));
}
