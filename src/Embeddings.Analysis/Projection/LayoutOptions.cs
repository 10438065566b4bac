using Embeddings.Vectors;

namespace Embeddings.Analysis.Projection;

/// <summary>What layouts that start from nearest neighbours have in common.</summary>
public abstract record LayoutOptions
{
    /// <summary>
    /// What near means. <see cref="Metric.InnerProduct"/> is no distance: vectors are then compared by their cosine.
    /// </summary>
    public Metric Metric { get; init; } = Metric.Cosine;

    internal Metric Distance => Metric == Metric.Euclidean ? Metric.Euclidean : Metric.Cosine;
}
