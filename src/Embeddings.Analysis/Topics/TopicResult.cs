namespace Embeddings.Analysis.Topics;

/// <summary>Topics that <see cref="TopicModel"/> found.</summary>
/// <param name="Topics">The topics, the largest first; a topic's number is its place.</param>
/// <param name="Documents">[documents] where each document belongs.</param>
/// <param name="Centroids">
/// [topics, dimensions] the mean direction of each topic's documents, outliers among them, of length 1.
/// </param>
/// <param name="Silhouette">
/// Mean silhouette of up to 1,000 documents by Euclidean distance of vectors at length 1, −1 to 1; null with one topic.
/// </param>
public sealed record TopicResult(
    IReadOnlyList<Topic> Topics, IReadOnlyList<TopicMembership> Documents, float[] Centroids, double? Silhouette)
{
    /// <summary>Share of documents that are outliers, 0 to 1.</summary>
    public double OutlierShare => (double)Documents.Count(document => document.IsOutlier) / Documents.Count;
}

/// <summary>One topic.</summary>
/// <param name="Label">Its first three words, with commas; empty if there are no words.</param>
/// <param name="Words">Words that are more frequent here than elsewhere, the best first.</param>
/// <param name="Size">Documents in it.</param>
/// <param name="Examples">Typical documents, the nearest to the centroid first; no two of the same text.</param>
public sealed record Topic(string Label, IReadOnlyList<TopicWord> Words, int Size, IReadOnlyList<int> Examples);

/// <summary>A word of a topic.</summary>
/// <param name="Word">In lower case.</param>
/// <param name="Weight">Class-based TF-IDF; to be compared within a result only.</param>
public readonly record struct TopicWord(string Word, double Weight);

/// <summary>Where a document belongs.</summary>
/// <param name="Topic">Number of the topic; −1 for an outlier where these are kept apart.</param>
/// <param name="Strength">
/// How clearly it belongs to its topic, 0 to 1: 1 at the centroid, 0 where another topic's is equally near or nearer.
/// </param>
/// <param name="IsOutlier">
/// Whether it is far from its topic's centroid: beyond what the other documents of the topic let expect, or in a thin
/// place of the map and among the farthest tenth of the topic.
/// </param>
public readonly record struct TopicMembership(int Topic, double Strength, bool IsOutlier);
