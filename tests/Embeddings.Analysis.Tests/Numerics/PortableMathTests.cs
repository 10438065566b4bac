using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Tests.Numerics;

public sealed class PortableMathTests
{
    [Fact]
    public void Exp_and_log_are_those_of_the_library_to_the_last_digits()
    {
        var random = new Random(1);
        for (var i = 0; i < 200_000; i++)
        {
            var x = (random.NextDouble() - 0.5) * (i % 2 == 0 ? 1400 : 4);
            Assert.InRange(PortableMath.Exp(x) / Math.Exp(x), 1 - 1e-15, 1 + 1e-15);
            var y = Math.Exp(x);
            Assert.Equal(Math.Log(y), PortableMath.Log(y), 1e-15 * Math.Max(1, Math.Abs(x)));
        }
    }

    [Fact]
    public void Edges_are_those_of_the_library()
    {
        double[] values = [0, -1000, 1000, double.PositiveInfinity, double.NegativeInfinity, double.NaN];
        Assert.All(values, x => Assert.Equal(Math.Exp(x), PortableMath.Exp(x)));
        Assert.All(values, x => Assert.Equal(Math.Log(x), PortableMath.Log(x), 15));
        Assert.Equal(Math.Log(5e-324), PortableMath.Log(5e-324), 12);
        Assert.Equal(8, PortableMath.Pow(2, 3), 14);
        Assert.Equal(0, PortableMath.Pow(0, 0.9));
    }
}
