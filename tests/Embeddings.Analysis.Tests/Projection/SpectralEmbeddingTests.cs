using Embeddings.Analysis.Numerics;
using Embeddings.Analysis.Projection;

namespace Embeddings.Analysis.Tests.Projection;

public sealed class SpectralEmbeddingTests
{
    [Fact]
    public void The_slowest_waves_of_a_path_are_cosines()
    {
        // A path whose ends have loops: its Laplacian's eigenvectors are cos(π k (i + ½) / n) (the discrete cosine
        // transform).
        const int Count = 60;
        var (starts, targets) = (new List<int> { 0 }, new List<int>());
        for (var i = 0; i < Count; i++)
        {
            targets.AddRange([Math.Max(0, i - 1), Math.Min(Count - 1, i + 1)]);
            starts.Add(targets.Count);
        }

        using var team = new ThreadTeam(2, CancellationToken.None);
        var graph = new NeighborGraph([.. starts], [.. targets], [.. targets.Select(_ => 1f)]);
        var waves = SpectralEmbedding.Of(graph, 3, 42, team);
        for (var wave = 1; wave <= 3; wave++)
        {
            var column = Enumerable.Range(0, Count).Select(i => waves[(i * 3) + wave - 1]).ToArray();
            var expected = Enumerable.Range(0, Count)
                .Select(i => Math.Sqrt(2.0 / Count) * Math.Cos(Math.PI * wave * (i + 0.5) / Count)).ToArray();
            var sign = Math.Sign(column[0]);
            Assert.Equal(expected, column.Select(x => sign * x), (x, y) => Math.Abs(x - y) < 1e-3);
        }
    }
}
