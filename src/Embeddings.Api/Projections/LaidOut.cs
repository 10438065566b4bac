using Embeddings.Analysis.Projection;
using Embeddings.Vectors;

namespace Embeddings.Api.Projections;

/// <summary>Positions that a method has given to points.</summary>
/// <param name="Positions">Row-major [points, dimensions].</param>
/// <param name="Dimensions">Numbers in a position.</param>
internal sealed record LaidOut(float[] Positions, int Dimensions)
{
    // How much of the progress the map has, when its quality is measured afterwards.
    private const double ShareOfMap = 0.6;

    public IReadOnlyList<double>? ExplainedVariance { get; private init; }

    public MapQuality? Quality { get; private init; }

    /// <summary>Lays out points, on as many threads as there are processors.</summary>
    /// <param name="plan">How.</param>
    /// <param name="rows">Row-major [points, dimensions].</param>
    /// <param name="dimensions">Numbers in a row.</param>
    /// <param name="metric">How rows are compared.</param>
    /// <param name="progress">Told how much is done, from 0 to 1.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static LaidOut Of(
        ProjectionPlan plan, float[] rows, int dimensions, Metric metric, IProgress<double> progress,
        CancellationToken cancellationToken)
    {
        var share = plan.Quality ? ShareOfMap : 1;
        var map = Map(plan, rows, dimensions, metric, new Share(progress, share), cancellationToken);
        if (!plan.Quality)
        {
            return map;
        }

        var quality = ProjectionQuality.Of(
            rows, dimensions, metric, map.Positions, cancellationToken: cancellationToken);
        return map with { Quality = MapQuality.Of(quality.Trustworthiness, quality.NeighborsKept) };
    }

    public float[] Position(int point) => Positions.AsSpan(point * Dimensions, Dimensions).ToArray();

    private static LaidOut Map(
        ProjectionPlan plan, float[] rows, int dimensions, Metric metric, IProgress<double> progress,
        CancellationToken cancellationToken)
    {
        switch (plan.Method)
        {
            case "pca":
                var pca = Pca.Fit(
                    rows, dimensions, plan.Dimensions, progress: progress, cancellationToken: cancellationToken);
                return new LaidOut(pca.Transform(rows, cancellationToken: cancellationToken), plan.Dimensions)
                {
                    ExplainedVariance = [.. pca.ExplainedVarianceRatio.Select(share => Math.Round(share, 6))],
                };
            case "tsne":
                var tsne = new TsneOptions
                {
                    Dimensions = plan.Dimensions,
                    Perplexity = plan.Perplexity,
                    Iterations = plan.Rounds ?? new TsneOptions().Iterations,
                    Metric = metric,
                };
                var tsneMap = Tsne.Fit(
                    rows, dimensions, tsne, progress: progress, cancellationToken: cancellationToken);
                return new LaidOut(tsneMap.Positions, plan.Dimensions);
            default:
                var umap = new UmapOptions
                {
                    Dimensions = plan.Dimensions,
                    Neighbors = plan.Neighbors,
                    MinDistance = plan.MinDist,
                    Epochs = plan.Rounds,
                    Metric = metric,
                    Seed = (ulong)plan.Seed,
                };
                var positions = Umap.Fit(
                    rows, dimensions, umap, progress: progress, cancellationToken: cancellationToken).Positions;
                return new LaidOut(positions, plan.Dimensions);
        }
    }

    private sealed class Share(IProgress<double> whole, double share) : IProgress<double>
    {
        public void Report(double value) => whole.Report(value * share);
    }
}
