using Embeddings.Analysis.Neighbors;
using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Projection;

/// <summary>
/// t-distributed stochastic neighbour embedding (van der Maaten and Hinton 2008) by the Barnes–Hut tree: a map that
/// keeps more of the neighbours than UMAP's, and less of the whole. The start is the principal components, the steps
/// are openTSNE's. Nothing is random, and the result has the same bits for any number of threads.
/// </summary>
public sealed class Tsne
{
    private const float EarlyExaggeration = 12;
    private const float Momentum = 0.8f;
    private const float SmallestGain = 0.01f;

    // No position moves farther in one step.
    private const float LongestStep = 5;

    private const double StartDeviation = 1e-4;
    private const int PositionsAtOnce = 2048;

    private Tsne(float[] positions, double divergence) => (Positions, Divergence) = (positions, divergence);

    /// <summary>Where the vectors were put [count, dimensions of the options]; their mean is 0.</summary>
    public float[] Positions { get; }

    /// <summary>Kullback and Leibler's divergence of the map from the vectors, the smaller the better.</summary>
    public double Divergence { get; }

    /// <summary>Lays out vectors.</summary>
    /// <param name="vectors">[count, dimensions]</param>
    /// <param name="dimensions">Coordinates of a vector.</param>
    /// <param name="options">What the layout looks like.</param>
    /// <param name="threads">Threads to use; 0 for one a processor.</param>
    /// <param name="progress">Told the part that is done, 0 to 1; it never falls.</param>
    /// <param name="cancellationToken">Checked some thousand times.</param>
    /// <exception cref="ArgumentException">
    /// Not whole rows, or a coordinate that is not a number within ±10¹⁵.
    /// </exception>
    public static Tsne Fit(
        ReadOnlyMemory<float> vectors, int dimensions, TsneOptions options, int threads = 0,
        IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        options.Check();
        var set = new VectorSet(vectors, dimensions, options.Distance);
        if (set.Count < 2)
        {
            progress?.Report(1);
            return new Tsne(new float[set.Count * options.Dimensions], 0);
        }

        var start = Start(vectors, dimensions, options, threads, cancellationToken);
        using var team = new ThreadTeam(threads, cancellationToken);
        var told = Progress.Of(progress);
        var perplexity = Math.Max(1, Math.Min(options.Perplexity, (set.Count - 1) / 3.0));
        var neighbors = NearestNeighbors.OfAll(set, (int)(3 * perplexity), team, told.Stage(0, 0.2));
        var graph = TsneAffinities.Of(neighbors, options.Distance, perplexity, team);
        var forces = new TsneForces(graph, options.Dimensions, options.Theta, team);
        Descend(forces, start, options, team, told.Stage(0.2, 1));
        Centre(start);
        progress?.Report(1);
        return new Tsne(Rows(start), forces.Divergence(start));
    }

    // Principal components, scaled to a standard deviation of 1e-4 along the first. The noise is a hundredth of that:
    // equal vectors would otherwise never part.
    private static float[][] Start(
        ReadOnlyMemory<float> vectors, int dimensions, TsneOptions options, int threads,
        CancellationToken cancellationToken)
    {
        var components = Math.Min(options.Dimensions, dimensions);
        var pca = Pca.Fit(vectors, dimensions, components, threads, null, cancellationToken);
        var rows = pca.Transform(vectors, threads, cancellationToken);
        var count = rows.Length / pca.Count;
        var scale = pca.ExplainedVariance[0] > 0 ? StartDeviation / Math.Sqrt(pca.ExplainedVariance[0]) : 0;
        var random = new CounterRandom(1);
        var start = new float[options.Dimensions][];
        for (var d = 0; d < start.Length; d++)
        {
            start[d] = new float[count];
            for (var i = 0; i < count; i++)
            {
                var noise = StartDeviation / 100 * (random.Uniform((ulong)d, (ulong)i) - 0.5);
                start[d][i] = (float)((d < pca.Count ? rows[(i * pca.Count) + d] * scale : 0) + noise);
            }
        }

        return start;
    }

    private static void Descend(
        TsneForces forces, float[][] positions, TsneOptions options, ThreadTeam team, Progress progress)
    {
        var steps = options.EarlyIterations + options.Iterations;
        var gradient = Like(positions, 0);
        foreach (var early in new[] { true, false })
        {
            var exaggeration = early ? EarlyExaggeration : 1;
            var rate = positions[0].Length / exaggeration;
            var (speed, gains) = (Like(positions, 0), Like(positions, 1));
            for (var i = early ? options.EarlyIterations : options.Iterations; i > 0; i--)
            {
                forces.Gradient(positions, exaggeration, gradient);
                team.Ranges(
                    positions[0].Length, PositionsAtOnce,
                    (from, to) => Step(positions, gradient, speed, gains, rate, from, to));
                progress.Add(1.0 / steps);
            }
        }

        // For the divergence of the last positions.
        forces.Gradient(positions, 1, gradient);
    }

    // Gradient descent with momentum, and a gain for each coordinate that grows while its direction lasts
    // (Jacobs 1988).
    private static void Step(
        float[][] positions, float[][] gradient, float[][] speed, float[][] gains, float rate, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            var square = 0f;
            for (var d = 0; d < positions.Length; d++)
            {
                var turned = speed[d][i] * gradient[d][i] > 0;
                gains[d][i] = Math.Max(SmallestGain, turned ? gains[d][i] * 0.8f : gains[d][i] + 0.2f);
                speed[d][i] = (Momentum * speed[d][i]) - (rate * gains[d][i] * gradient[d][i]);
                square += speed[d][i] * speed[d][i];
            }

            var scale = square > LongestStep * LongestStep ? LongestStep / MathF.Sqrt(square) : 1;
            for (var d = 0; d < positions.Length; d++)
            {
                speed[d][i] *= scale;
                positions[d][i] += speed[d][i];
            }
        }
    }

    private static float[][] Like(float[][] positions, float value) =>
        [.. positions.Select(column => Enumerable.Repeat(value, column.Length).ToArray())];

    private static void Centre(float[][] positions)
    {
        foreach (var column in positions)
        {
            var mean = 0.0;
            foreach (var x in column)
            {
                mean += x / column.Length;
            }

            foreach (ref var x in column.AsSpan())
            {
                x -= (float)mean;
            }
        }
    }

    private static float[] Rows(float[][] columns) =>
        [.. Enumerable.Range(0, columns[0].Length).SelectMany(i => columns.Select(column => column[i]))];
}
