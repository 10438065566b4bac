using Embeddings.Vectors;

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
    public static float Score(Metric metric, ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double dot = 0, xx = 0, yy = 0, square = 0;
        for (var i = 0; i < x.Length; i++)
        {
            dot += (double)x[i] * y[i];
            xx += (double)x[i] * x[i];
            yy += (double)y[i] * y[i];
            square += ((double)x[i] - y[i]) * ((double)x[i] - y[i]);
        }

        return (float)(metric switch
        {
            Metric.InnerProduct => dot,
            Metric.Euclidean => Math.Sqrt(square),
            _ => dot == 0 ? 0 : dot / Math.Sqrt(xx * yy),
        });
    }

    private static int Compare((string Id, float Score) x, (string Id, float Score) y) =>
        x.Score.CompareTo(y.Score) is var order and not 0 ? order : TestDocuments.CompareUtf8(x.Id, y.Id);
}
