using Embeddings.Vectors;
using Embeddings.Vectors.Tests;

namespace Embeddings.Storage.Tests;

/// <summary>Search as its definition says: every score in double precision, everything sorted.</summary>
public static class BruteForce
{
    public static List<(string Id, float Score)> Rank(
        Metric metric, IEnumerable<Document> documents, ReadOnlyMemory<float> query)
    {
        var ranked = documents.Select(document => (document.Id, Score: Score(metric, query.Span, document.Vector.Span)))
            .ToList();
        ranked.Sort((x, y) => metric == Metric.Euclidean ? Compare(x, y) : Compare((x.Id, -x.Score), (y.Id, -y.Score)));
        return ranked;
    }

    /// <summary>Cosine, dot product or distance; of a vector without a direction the cosine is 0.</summary>
    public static float Score(Metric metric, ReadOnlySpan<float> x, ReadOnlySpan<float> y) =>
        (float)TestVectors.Score(metric, x, y);

    private static int Compare((string Id, float Score) x, (string Id, float Score) y) =>
        x.Score.CompareTo(y.Score) is var order and not 0 ? order : TestDocuments.CompareUtf8(x.Id, y.Id);
}
