using Embeddings.Analysis.Clustering;
using Embeddings.Analysis.Neighbors;
using Embeddings.Analysis.Numerics;
using Embeddings.Analysis.Projection;
using Embeddings.Vectors;

namespace Embeddings.Analysis.Topics;

/// <summary>
/// Topics of documents. A map of 5 dimensions (UMAP) shows how many topics there are and where: its dense places, or
/// k-means if a number is asked for. The vectors themselves then decide which document belongs where: k-means by cosine
/// from there on, and the nearest neighbours' votes. Class-based TF-IDF gives words. The stages are BERTopic's
/// (M. Grootendorst, 2022) but for that second decision. The same seed gives the same bits for any number of threads.
/// Thread-safe: it has no state.
/// </summary>
public static class TopicModel
{
    private const int Neighbors = 15;
    private const int MapDimensions = 5;

    // The map is only asked where its dense places are: 500 epochs, as for a map to look at, made no better topics.
    private const int Epochs = 200;

    // Fewer documents have no map to speak of.
    private const int FewestForMap = 30;

    private const int Starts = 5;
    private const int MostSteps = 10;
    private const int MostForSilhouette = 1_000;
    private const int WordsInLabel = 3;

    /// <summary>Finds topics, and describes them.</summary>
    /// <param name="vectors">[documents, dimensions], row-major, within ±10¹⁵; compared by cosine.</param>
    /// <param name="dimensions">Numbers of a vector, at least 1.</param>
    /// <param name="texts">
    /// [documents] for words and examples; empty if there are none, and null for a document without one.
    /// </param>
    /// <param name="options">What is asked for.</param>
    /// <param name="progress">From 0 to 1; it never falls.</param>
    /// <param name="cancellationToken">Checked some thousand times.</param>
    /// <exception cref="ArgumentException">
    /// There is no document, a number is not finite, texts are of another count, or an option is out of its range.
    /// </exception>
    public static TopicResult Fit(
        ReadOnlyMemory<float> vectors, int dimensions, IReadOnlyList<string?> texts, TopicOptions options,
        IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        using var team = new ThreadTeam(options.Threads, cancellationToken);
        var documents = new Points(vectors, dimensions, team).Normalized();
        options.Check(documents.Count);
        if (texts.Count != 0 && texts.Count != documents.Count)
        {
            throw new ArgumentException($"{texts.Count} texts are not of {documents.Count} documents.", nameof(texts));
        }

        var told = Progress.Of(progress);
        var division = Divide(documents, options, team, told.Stage(0, 0.9));
        told.Add(0.9);
        var result = Describe(documents, texts, division, options, cancellationToken);
        told.Add(0.1);
        return result;
    }

    private static Division Divide(Points documents, TopicOptions options, ThreadTeam team, Progress progress)
    {
        var set = new VectorSet(documents.All, documents.Dimensions, Metric.Cosine);
        var neighbors = NearestNeighbors.OfAll(set, Neighbors - 1, team, progress.Stage(0, 0.3));
        var umap = new UmapOptions
        {
            Dimensions = MapDimensions,
            Neighbors = Neighbors,
            MinDistance = 0,
            Epochs = Epochs,
            Seed = options.Seed,
        };
        var map = documents.Count < FewestForMap
            ? documents
            : new Points(Umap.LayOut(set, neighbors, umap, team, progress.Stage(0.3, 0.9)), MapDimensions, team);
        var votes = new NeighborVotes(neighbors, team);
        if (options.Count is not { } count)
        {
            return Refine(documents, new DensityTopics(documents, map, votes).Find(options.MinSize), votes);
        }

        var clusters = KMeans.Fit(map, new() { Clusters = count, Starts = Starts, Seed = options.Seed });
        return Refine(documents, new(clusters.Labels, new bool[documents.Count], count), votes);
    }

    private static Division Refine(Points documents, Division division, NeighborVotes votes)
    {
        var (topics, _, centroids) = division.ByVectors(documents, MostSteps);
        var moved = votes.Move(documents, topics, centroids);
        // Votes that would leave a topic empty do not count: a number that was asked for is kept.
        var isKept = moved.Distinct().Count() == division.Count;
        return Division.Ordered(isKept ? moved : topics, division.IsThin);
    }

    private static TopicResult Describe(
        Points documents, IReadOnlyList<string?> texts, Division division, TopicOptions options,
        CancellationToken cancellationToken)
    {
        var centroids = division.Centroids(documents);
        var strengths = Strengths.Of(documents, division.Topics, centroids);
        var cosines = new double[documents.Count];
        documents.ForChunks((_, from, to) =>
        {
            for (var document = from; document < to; document++)
            {
                var centroid = centroids.AsSpan(division.Topics[document] * documents.Dimensions, documents.Dimensions);
                cosines[document] = DoubleMath.Dot(documents.Row(document), centroid);
            }
        });
        var isOutlier = Outliers(division, cosines);
        int[] topics = [.. division.Topics.Select(
            (topic, document) => isOutlier[document] && options.KeepOutliers ? -1 : topic)];
        var words = new TopicWords(texts, topics, division.Count, cancellationToken);
        var members = Enumerable.Range(0, documents.Count).ToLookup(document => topics[document]);
        return new(
            [.. Enumerable.Range(0, division.Count).Select(topic => Describe(
                words.Of(topic, options.Words), [.. members[topic]], cosines, texts, options.Examples))],
            [.. topics.Select((topic, document) =>
                new TopicMembership(topic, topic < 0 ? 0 : strengths[document], isOutlier[document]))],
            centroids, MeanSilhouette(documents, division.Topics));
    }

    private static Topic Describe(
        IReadOnlyList<TopicWord> words, int[] members, double[] cosines, IReadOnlyList<string?> texts, int examples) =>
        new(
            string.Join(", ", words.Take(WordsInLabel).Select(word => word.Word)), words, members.Length,
            [.. members.OrderByDescending(document => cosines[document])
                .DistinctBy(document => texts.Count > 0 ? texts[document] ?? $"{document}" : $"{document}")
                .Take(examples)]);

    // Below the lower fence of the topic's cosines (J. Tukey, "Exploratory data analysis", 1977); or in a thin place of
    // the map and among the tenth of the topic that is farthest from the centroid.
    private static bool[] Outliers(Division division, double[] cosines)
    {
        var isOutlier = new bool[cosines.Length];
        foreach (var topic in Enumerable.Range(0, cosines.Length).ToLookup(document => division.Topics[document]))
        {
            double[] sorted = [.. topic.Select(document => cosines[document]).Order()];
            var (first, third) = (sorted[sorted.Length / 4], sorted[sorted.Length * 3 / 4]);
            var fence = first - (1.5 * (third - first));
            foreach (var document in topic)
            {
                isOutlier[document] = cosines[document] < fence
                    || (division.IsThin[document] && cosines[document] < sorted[sorted.Length / 10]);
            }
        }

        return isOutlier;
    }

    private static double? MeanSilhouette(Points documents, int[] topics)
    {
        var count = Math.Min(MostForSilhouette, documents.Count);
        int[] some = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * documents.Count / count))];
        return Silhouette.Mean(documents.Take(some), [.. some.Select(document => topics[document])]);
    }
}
