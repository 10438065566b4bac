using Embeddings.Analysis.Clustering;
using Embeddings.Vectors.Simd;

namespace Embeddings.Analysis.Topics;

/// <summary>How clearly documents belong to topics, by their cosine distances to the topics' centroids.</summary>
internal static class Strengths
{
    private const int DocumentsAtOnce = 64;

    /// <summary>
    /// [documents] 1 − own distance / distance to the nearest other centroid, 0 to 1; with one topic the cosine to it.
    /// </summary>
    /// <param name="documents">Of length 1.</param>
    /// <param name="topics">[documents] from 0.</param>
    /// <param name="centroids">[topics, dimensions] of length 1.</param>
    public static double[] Of(Points documents, int[] topics, float[] centroids)
    {
        var dimensions = documents.Dimensions;
        var count = centroids.Length / dimensions;
        var width = (count + BlockKernel.PanelWidth - 1) / BlockKernel.PanelWidth * BlockKernel.PanelWidth;
        var packed = new float[width * dimensions];
        BlockKernel.Pack(centroids, dimensions, packed);
        var strengths = new double[documents.Count];
        documents.ForChunks((_, from, to) =>
        {
            var cosines = new float[DocumentsAtOnce * width];
            for (var start = from; start < to; start += DocumentsAtOnce)
            {
                var rows = Math.Min(DocumentsAtOnce, to - start);
                BlockKernel.Dot(
                    documents.Rows(start, rows), dimensions, packed, dimensions, cosines.AsSpan(0, rows * width));
                for (var row = 0; row < rows; row++)
                {
                    strengths[start + row] = Of(cosines.AsSpan(row * width, count), topics[start + row]);
                }
            }
        });
        return strengths;
    }

    private static double Of(ReadOnlySpan<float> cosines, int own)
    {
        if (cosines.Length == 1)
        {
            return Math.Clamp(cosines[0], 0, 1);
        }

        var other = float.NegativeInfinity;
        for (var topic = 0; topic < cosines.Length; topic++)
        {
            other = topic == own ? other : Math.Max(other, cosines[topic]);
        }

        var (toOwn, toOther) = (1 - (double)cosines[own], 1 - (double)other);
        // Rounding may give a cosine above 1.
        return toOther <= toOwn || toOther <= 0 ? 0 : Math.Clamp(1 - (toOwn / toOther), 0, 1);
    }
}
