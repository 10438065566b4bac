namespace Embeddings.Analysis.Neighbors;

/// <summary>The nearest neighbours of each of a number of vectors, the nearest first.</summary>
/// <param name="K">Neighbours of each.</param>
/// <param name="Indices">[count, K], rows of the vectors that were searched.</param>
/// <param name="Distances">
/// [count, K], ascending: 1 − cosine, the Euclidean distance, or the dot product with a minus; equal distances by the
/// smaller index.
/// </param>
public sealed record NeighborTable(int K, int[] Indices, float[] Distances)
{
    /// <summary>The neighbours of one vector [K].</summary>
    public ReadOnlySpan<int> IndicesOf(int vector) => Indices.AsSpan(vector * K, K);

    /// <summary>Their distances [K].</summary>
    public ReadOnlySpan<float> DistancesOf(int vector) => Distances.AsSpan(vector * K, K);
}
