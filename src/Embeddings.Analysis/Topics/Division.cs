using Embeddings.Analysis.Clustering;

namespace Embeddings.Analysis.Topics;

/// <summary>Documents divided into topics.</summary>
/// <param name="Topics">[documents] from 0; none is empty.</param>
/// <param name="IsThin">[documents] whether a document lies in a thin place of the map.</param>
/// <param name="Count">Number of topics, at least 1.</param>
internal sealed record Division(int[] Topics, bool[] IsThin, int Count)
{
    /// <summary>Everything in one topic.</summary>
    public static Division One(int documents) => new(new int[documents], new bool[documents], 1);

    /// <summary>Mean directions of the topics, [count, dimensions], of length 1.</summary>
    public float[] Centroids(Points documents)
    {
        var centroids = new float[Count * documents.Dimensions];
        new ClusterMeans(documents, Count, isSpherical: true).Update((int[])Topics.Clone(), centroids);
        return centroids;
    }

    /// <summary>
    /// Spherical k-means from these topics on: each document goes to the topic of the nearest centroid, and centroids
    /// move to the mean directions of their documents.
    /// </summary>
    /// <param name="documents">Of length 1.</param>
    /// <param name="steps">Iterations at most, at least 1.</param>
    /// <returns>The topics, how clearly documents belong to them, and the centroids that decided it.</returns>
    public (int[] Topics, double[] Strengths, float[] Centroids) ByVectors(Points documents, int steps)
    {
        var (means, centroids) = (new ClusterMeans(documents, Count, isSpherical: true), Centroids(documents));
        var (topics, strengths) = Strengths.Nearest(documents, centroids);
        for (var step = 1; step < steps; step++)
        {
            means.Update(topics, centroids);
            var (nearest, clear) = Strengths.Nearest(documents, centroids);
            var isSame = nearest.AsSpan().SequenceEqual(topics);
            (topics, strengths) = (nearest, clear);
            if (isSame)
            {
                break;
            }
        }

        return (topics, strengths, centroids);
    }

    /// <summary>The same without empty topics, the largest first; of equal ones that of the earlier document.</summary>
    public static Division Ordered(int[] topics, bool[] isThin)
    {
        var order = topics.CountBy(topic => topic).OrderByDescending(one => one.Value).Select(one => one.Key).ToArray();
        var numbers = new Dictionary<int, int>();
        foreach (var topic in order)
        {
            numbers[topic] = numbers.Count;
        }

        return new([.. topics.Select(topic => numbers[topic])], isThin, numbers.Count);
    }
}
