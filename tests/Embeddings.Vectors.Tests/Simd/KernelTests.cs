using Embeddings.Vectors.Simd;

namespace Embeddings.Vectors.Tests.Simd;

/// <summary>Each kernel against plain double-precision loops, at lengths around every step of its loops.</summary>
public sealed class KernelTests
{
    public static readonly TheoryData<int> Lengths =
        [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129, 384, 768, 1000];

    private readonly Random _random = new(5);

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Dot_and_squared_distance_of_two_vectors(int length)
    {
        var (x, y) = (Vector(length), Vector(length));
        Assert.Equal(TestVectors.Score(Metric.InnerProduct, x, y), PairKernel<DotOperator>.Reduce(x, y), 1e-4);
        Assert.Equal(
            Math.Pow(TestVectors.Score(Metric.Euclidean, x, y), 2), PairKernel<SquaredDistanceOperator>.Reduce(x, y),
            1e-4);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Dot_of_a_vector_with_each_row(int length)
    {
        for (var rows = 0; rows < 10; rows++)
        {
            var (query, matrix, sums) = (Vector(length), Vector(rows * length), new float[rows]);
            PairKernel<DotOperator>.OneToMany(query, matrix, sums);
            for (var row = 0; row < rows; row++)
            {
                Assert.Equal(
                    TestVectors.Score(Metric.InnerProduct, query, matrix.AsSpan(row * length, length)), sums[row],
                    1e-4);
            }
        }
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 5, 7)]
    [InlineData(4, 16, 16)]
    [InlineData(9, 17, 33)]
    [InlineData(64, 47, 100)]
    [InlineData(13, 48, 384)]
    [InlineData(8, 100, 65)]
    public void Dot_of_many_rows_with_many_queries(int rows, int queries, int dimensions)
    {
        var stride = dimensions + 3;
        var (matrix, others) = (Vector(rows * stride), Vector(queries * dimensions));
        var panels = (queries + BlockKernel.PanelWidth - 1) / BlockKernel.PanelWidth;
        var width = panels * BlockKernel.PanelWidth;
        var packed = new float[width * dimensions];
        BlockKernel.Pack(others, dimensions, packed);
        var dots = new float[rows * width];
        BlockKernel.Dot(matrix, stride, packed, dimensions, dots);
        for (var row = 0; row < rows; row++)
        {
            for (var query = 0; query < queries; query++)
            {
                var expected = TestVectors.Score(
                    Metric.InnerProduct, matrix.AsSpan(row * stride, dimensions),
                    others.AsSpan(query * dimensions, dimensions));
                Assert.Equal(expected, dots[(row * width) + query], 1e-4);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(100)]
    [InlineData(384)]
    [InlineData(5000)]
    public void Dot_of_codes_is_exact(int dimensions)
    {
        const int rows = 7;
        var query = new QueryCode(Vector(dimensions)).Low;
        var stride = query.Codes.Length;
        var codes = new byte[rows * stride];
        _random.NextBytes(codes);
        codes.AsSpan(0, stride).Fill(255);
        var dots = new int[rows];
        CodeKernel.Dot(codes, query, dots);
        for (var row = 0; row < rows; row++)
        {
            Assert.Equal(
                Enumerable.Range(0, stride).Sum(i => (codes[(row * stride) + i] - 128) * query.Codes[i]), dots[row]);
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1e-42f)]
    [InlineData(1e-3f)]
    [InlineData(1e15f)]
    public void A_query_is_its_code_and_a_residual(float scale)
    {
        float[] query = [.. Vector(384).Select(value => value * scale)];
        var code = new QueryCode(query);
        var squares = query
            .Select((value, i) => Math.Pow(value - ((double)code.Unit * ((127 * code.High.Codes[i]) + code.Low.Codes[i])), 2)).Sum();
        var coarse = query.Select((value, i) => Math.Pow(value - ((double)code.Unit * 127 * code.High.Codes[i]), 2))
            .Sum();
        Assert.Equal(Math.Sqrt(squares), code.Residual, (1e-6 * scale) + 1e-44);
        Assert.Equal(Math.Sqrt(coarse), code.CoarseResidual, (1e-6 * scale) + 1e-44);
        Assert.All(code.High.Codes.Concat(code.Low.Codes), part => Assert.InRange(part, (sbyte)-63, (sbyte)63));
    }

    private float[] Vector(int length) => [.. Enumerable.Range(0, length).Select(_ => _random.NextSingle() - 0.5f)];
}
