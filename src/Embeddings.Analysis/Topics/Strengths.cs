using System.Numerics.Tensors;
using Embeddings.Analysis.Clustering;
using Embeddings.Vectors.Simd;

namespace Embeddings.Analysis.Topics;

/// <summary>How clearly documents belong to topics, by their cosine distances to the topics' centroids.</summary>
internal static class Strengths
{
    private const int DocumentsAtOnce = 64;

    private delegate void CosinesOfDocument(int document, ReadOnlySpan<float> cosines);

    /// <summary>
    /// [documents] 1 − own distance / distance to the nearest other centroid, 0 to 1; with one topic the cosine to it.
    /// </summary>
    /// <param name="documents">Of length 1.</param>
    /// <param name="topics">[documents] from 0.</param>
    /// <param name="centroids">[topics, dimensions] of length 1.</param>
    public static double[] Of(Points documents, int[] topics, float[] centroids)
    {
        var strengths = new double[documents.Count];
        ForCosines(documents, centroids, (document, cosines) =>
        {
            var own = topics[document];
            var other = Math.Max(Largest(cosines[..own]), Largest(cosines[(own + 1)..]));
            strengths[document] = Of(cosines[own], other);
        });
        return strengths;
    }

    /// <summary>The topic of the nearest centroid of each document, and how clearly it belongs there.</summary>
    /// <inheritdoc cref="Of(Points, int[], float[])"/>
    public static (int[] Topics, double[] Strengths) Nearest(Points documents, float[] centroids)
    {
        var (topics, strengths) = (new int[documents.Count], new double[documents.Count]);
        ForCosines(documents, centroids, (document, cosines) =>
        {
            var own = TensorPrimitives.IndexOfMax(cosines);
            topics[document] = own;
            strengths[document] = Of(
                cosines[own], Math.Max(Largest(cosines[..own]), Largest(cosines[(own + 1)..])));
        });
        return (topics, strengths);
    }

    private static float Largest(ReadOnlySpan<float> cosines) =>
        cosines.IsEmpty ? float.NegativeInfinity : TensorPrimitives.Max(cosines);

    private static double Of(float toOwn, float toOther)
    {
        if (float.IsNegativeInfinity(toOther))
        {
            return Math.Clamp(toOwn, 0, 1);
        }

        var (own, other) = (1 - (double)toOwn, 1 - (double)toOther);
        // Rounding may give a cosine above 1.
        return other <= own || other <= 0 ? 0 : Math.Clamp(1 - (own / other), 0, 1);
    }

    private static void ForCosines(Points documents, float[] centroids, CosinesOfDocument action)
    {
        var dimensions = documents.Dimensions;
        var count = centroids.Length / dimensions;
        var width = (count + BlockKernel.PanelWidth - 1) / BlockKernel.PanelWidth * BlockKernel.PanelWidth;
        var packed = new float[width * dimensions];
        BlockKernel.Pack(centroids, dimensions, packed);
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
                    action(start + row, cosines.AsSpan(row * width, count));
                }
            }
        });
    }
}
