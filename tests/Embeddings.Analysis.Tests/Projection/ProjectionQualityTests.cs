using Embeddings.Analysis.Projection;
using Embeddings.Vectors;

namespace Embeddings.Analysis.Tests.Projection;

public sealed class ProjectionQualityTests
{
    [Theory]
    [InlineData(Metric.Cosine, 150, 10)]
    [InlineData(Metric.Euclidean, 201, 3)]
    public void Quality_is_that_of_the_definition(Metric metric, int count, int k)
    {
        var vectors = Mixture.Of(count, 12);
        var random = new Random(2);
        var positions = Enumerable.Range(0, 2 * count)
            .Select(i => vectors[(i / 2 * 12) + (i % 2)] + (0.1f * random.NextSingle())).ToArray();
        var (penalty, kept) = (0.0, 0);
        for (var i = 0; i < count; i++)
        {
            // The vectors have length 1, so both metrics rank alike.
            var ranks = Order(vectors, 12, i);
            foreach (var j in Order(positions, 2, i).Take(k))
            {
                var rank = ranks.IndexOf(j) + 1;
                penalty += Math.Max(0, rank - k);
                kept += rank <= k ? 1 : 0;
            }
        }

        var quality = ProjectionQuality.Of(vectors, 12, metric, positions, k, threads: 2);
        Assert.Equal(1 - (penalty * 2 / (count * k * ((2.0 * count) - (3 * k) - 1))), quality.Trustworthiness, 12);
        Assert.Equal(kept / (double)(count * k), quality.NeighborsKept, 12);
    }

    [Fact]
    public void A_copy_keeps_everything()
    {
        var vectors = Mixture.Of(100, 6);
        var quality = ProjectionQuality.Of(vectors, 6, Metric.Euclidean, vectors);
        Assert.Equal(new ProjectionQuality(1, 1), quality);
    }

    [Fact]
    public void Positions_that_do_not_match_are_refused() =>
        Assert.Throws<ArgumentException>(
            () => ProjectionQuality.Of(Mixture.Of(10, 4), 4, Metric.Cosine, new float[15]));

    private static List<int> Order(float[] rows, int dimensions, int from) =>
    [
        .. Enumerable.Range(0, rows.Length / dimensions).Where(i => i != from).OrderBy(i =>
            Enumerable.Range(0, dimensions).Sum(
                d => Math.Pow((double)rows[(i * dimensions) + d] - rows[(from * dimensions) + d], 2))),
    ];
}
