using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Tests.Numerics;

public sealed class SymmetricEigenTests
{
    public static TheoryData<string, int> Matrices => new()
    {
        { "random", 1 }, { "random", 2 }, { "random", 3 }, { "random", 50 }, { "random", 150 },
        { "identity", 40 }, { "zero", 20 }, { "diagonal", 30 }, { "rank 2", 60 }, { "blocks", 48 }, { "tiny", 30 },
        { "huge", 30 }, { "negative", 25 },
    };

    [Theory]
    [MemberData(nameof(Matrices))]
    public void Vectors_are_orthonormal_and_the_matrix_only_stretches_them(string kind, int n)
    {
        var matrix = Make(kind, n);
        var norm = matrix.Max(Math.Abs) * n;
        using var team = new ThreadTeam(2, CancellationToken.None);
        var (values, vectors) = SymmetricEigen.Largest((double[])matrix.Clone(), n, n, team);
        Assert.Equal(values.OrderDescending(), values);
        var trace = Enumerable.Range(0, n).Sum(i => matrix[(i * n) + i]);
        Assert.Equal(trace, values.Sum(), (x, y) => Math.Abs(x - y) <= 1e-13 * norm);
        for (var a = 0; a < n; a++)
        {
            for (var b = 0; b <= a; b++)
            {
                var dot = Enumerable.Range(0, n).Sum(i => vectors[(a * n) + i] * vectors[(b * n) + i]);
                Assert.Equal(a == b ? 1 : 0, dot, 12);
            }

            for (var row = 0; row < n; row++)
            {
                var stretched = Enumerable.Range(0, n).Sum(i => matrix[(row * n) + i] * vectors[(a * n) + i]);
                Assert.Equal(values[a] * vectors[(a * n) + row], stretched, (x, y) => Math.Abs(x - y) <= 1e-12 * norm);
            }
        }
    }

    [Fact]
    public void Few_of_many_are_the_first_of_all()
    {
        using var team = new ThreadTeam(1, CancellationToken.None);
        var all = SymmetricEigen.Largest(Make("random", 80), 80, 80, team);
        var few = SymmetricEigen.Largest(Make("random", 80), 80, 3, team);
        Assert.Equal(all.Values[..3], few.Values);
        Assert.Equal(all.Vectors[..240], few.Vectors);
    }

    [Fact]
    public void Results_are_the_same_for_any_number_of_threads()
    {
        using var one = new ThreadTeam(1, CancellationToken.None);
        using var three = new ThreadTeam(3, CancellationToken.None);
        var expected = SymmetricEigen.Largest(Make("random", 200), 200, 5, one);
        var actual = SymmetricEigen.Largest(Make("random", 200), 200, 5, three);
        Assert.Equal(expected.Values, actual.Values);
        Assert.Equal(expected.Vectors, actual.Vectors);
    }

    private static double[] Make(string kind, int n)
    {
        var random = new Random(n);
        var matrix = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                matrix[(i * n) + j] = matrix[(j * n) + i] = kind switch
                {
                    "identity" => i == j ? 1 : 0,
                    "zero" => 0,
                    "diagonal" => i == j ? i % 5 : 0,
                    "rank 2" => Math.Sin(i) * Math.Sin(j) + (Math.Cos(2 * i) * Math.Cos(2 * j)),
                    "blocks" => i / 6 == j / 6 ? 1 : 0,
                    "tiny" => 1e-150 * random.NextDouble(),
                    "huge" => 1e150 * random.NextDouble(),
                    "negative" => i == j ? -2 : i - j == 1 ? -1 : 0,
                    _ => random.NextDouble() - 0.5,
                };
            }
        }

        return matrix;
    }
}
