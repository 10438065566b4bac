using Embeddings.Analysis.Neighbors;
using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Projection;

/// <summary>
/// Uniform manifold approximation and projection (McInnes, Healy and Melville 2018), stage by stage as umap-learn 0.5:
/// nearest neighbours, a graph of how much they belong together, a spectral start, and a layout in which edges attract
/// and random vertices repel. The neighbours are exact, and a seed gives the same bits for any number of threads.
/// </summary>
public sealed class Umap
{
    // Below this there is no layout to speak of: positions are the start's.
    private const int FewestVectors = 2;

    private const int FewEpochs = 10;

    private readonly VectorSet _set;
    private readonly UmapOptions _options;
    private readonly UmapCurve _curve;

    private Umap(VectorSet set, UmapOptions options, UmapCurve curve, float[] positions)
    {
        (_set, _options, _curve) = (set, options, curve);
        Positions = positions;
    }

    /// <summary>Where the vectors were put [count, dimensions of the options].</summary>
    public float[] Positions { get; }

    /// <summary>
    /// Lays out vectors. The vectors must not change as long as <see cref="Transform"/> may be called.
    /// </summary>
    /// <param name="vectors">[count, dimensions]</param>
    /// <param name="dimensions">Coordinates of a vector.</param>
    /// <param name="options">What the layout looks like.</param>
    /// <param name="threads">Threads to use; 0 for one a processor.</param>
    /// <param name="progress">Told the part that is done, 0 to 1; it never falls.</param>
    /// <param name="cancellationToken">Checked some thousand times.</param>
    /// <exception cref="ArgumentException">
    /// Not whole rows, or a coordinate that is not a number within ±10¹⁵.
    /// </exception>
    public static Umap Fit(
        ReadOnlyMemory<float> vectors, int dimensions, UmapOptions options, int threads = 0,
        IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        options.Check();
        var set = new VectorSet(vectors, dimensions, options.Distance);
        var curve = UmapCurve.Fit(options.Spread, options.MinDistance);
        if (set.Count < FewestVectors)
        {
            progress?.Report(1);
            return new Umap(set, options, curve, new float[set.Count * options.Dimensions]);
        }

        using var team = new ThreadTeam(threads, cancellationToken);
        var told = Progress.Of(progress);
        var neighbors = NearestNeighbors.OfAll(set, options.Neighbors - 1, team, told.Stage(0, 0.3));
        var positions = LayOut(set, neighbors, options, team, told.Stage(0.3, 1));
        progress?.Report(1);
        return new Umap(set, options, curve, positions);
    }

    /// <summary>
    /// Places further vectors among those that were fitted, which stay where they are: first at the mean of their
    /// neighbours, then by a third of the epochs (100 up to 10,000 new vectors and 30 above, if none are set).
    /// </summary>
    /// <param name="vectors">[count, dimensions]</param>
    /// <param name="threads">Threads to use; 0 for one a processor.</param>
    /// <param name="cancellationToken">Checked some thousand times.</param>
    /// <returns>[count, dimensions of the options]</returns>
    /// <exception cref="ArgumentException">
    /// Not whole rows, or a coordinate that is not a number within ±10¹⁵.
    /// </exception>
    /// <exception cref="InvalidOperationException">No vector was fitted.</exception>
    public float[] Transform(
        ReadOnlyMemory<float> vectors, int threads = 0, CancellationToken cancellationToken = default)
    {
        if (_set.Count == 0)
        {
            throw new InvalidOperationException("There are no fitted vectors to place others among.");
        }

        var queries = new VectorSet(vectors, _set.Dimensions, _options.Distance);
        using var team = new ThreadTeam(threads, cancellationToken);
        var neighbors = NearestNeighbors.Of(queries, _set, _options.Neighbors, team);
        var weights = FuzzyNeighbors.New(neighbors, team);
        var start = MeanOfNeighbors(neighbors, weights, queries.Count);
        var epochs = _options.Epochs / 3 ?? (queries.Count <= 10_000 ? 100 : 30);
        int[] starts = [.. Enumerable.Range(0, queries.Count + 1).Select(i => i * neighbors.K)];
        var edges = new UmapEdges(starts, neighbors.Indices, weights, within: false);
        return UmapLayout.Place(edges, start, Positions, _options.Dimensions, epochs, _curve, _options.Seed, team);
    }

    /// <summary>Positions of vectors whose neighbours are known, at least two vectors [count, dimensions].</summary>
    internal static float[] LayOut(
        VectorSet set, NeighborTable neighbors, UmapOptions options, ThreadTeam team, Progress progress)
    {
        var graph = Graph(neighbors, options, team);
        var start = UmapStart.Of(graph, vertices => Mean(set, vertices), options.Dimensions, options.Seed, team);
        progress.Add(0.15);
        return UmapLayout.Fit(
            graph, start, options.Dimensions, options.EpochsOf(set.Count),
            UmapCurve.Fit(options.Spread, options.MinDistance), options.Seed, team, progress.Stage(0.15, 1));
    }

    /// <summary>The graph of the layout: edges too light to be due once in all epochs are left out.</summary>
    internal static NeighborGraph Graph(NeighborTable neighbors, UmapOptions options, ThreadTeam team)
    {
        var weights = FuzzyNeighbors.Fitted(neighbors, team);
        var graph = NeighborGraph.Union(neighbors, weights, static (w, v) => w + v - (w * v));
        // As umap-learn: a layout of very few epochs keeps the edges of one of the usual length.
        var count = neighbors.Indices.Length / neighbors.K;
        var epochs = options.Epochs > FewEpochs ? options.Epochs.Value : new UmapOptions().EpochsOf(count);
        return graph.Without(graph.Weights.Max() / epochs);
    }

    private static float[] Mean(VectorSet set, int[] vertices)
    {
        var mean = new float[set.Dimensions];
        foreach (var vertex in vertices)
        {
            var row = set.Row(vertex);
            for (var d = 0; d < mean.Length; d++)
            {
                mean[d] += row[d] / vertices.Length;
            }
        }

        return mean;
    }

    private float[] MeanOfNeighbors(NeighborTable neighbors, float[] weights, int count)
    {
        var (dimensions, start) = (_options.Dimensions, new float[count * _options.Dimensions]);
        for (var i = 0; i < count; i++)
        {
            var sum = 0f;
            foreach (var weight in weights.AsSpan(i * neighbors.K, neighbors.K))
            {
                sum += weight;
            }

            for (var rank = 0; rank < neighbors.K; rank++)
            {
                // Neighbours so far away that floats have no weight for them: the nearest stands for all.
                var part = sum > 0 ? weights[(i * neighbors.K) + rank] / sum : rank == 0 ? 1 : 0;
                var from = neighbors.IndicesOf(i)[rank];
                for (var d = 0; d < dimensions; d++)
                {
                    start[(i * dimensions) + d] += part * Positions[(from * dimensions) + d];
                }
            }
        }

        return start;
    }
}
