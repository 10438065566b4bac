using Embeddings.Analysis.Clustering;
using Embeddings.Analysis.Topics;

namespace Embeddings.Analysis.Tests.Topics;

/// <summary>Topics of made-up vectors, whose clusters are known.</summary>
public sealed class TopicModelTests
{
    private const int Dimensions = 24;
    private const int Clusters = 8;

    [Theory]
    [InlineData(400)]
    [InlineData(1_500)]
    public void Clusters_are_found_without_being_told_how_many(int count)
    {
        var result = Fit(count, new());
        Assert.Equal(Clusters, result.Topics.Count);
        Assert.InRange(Agreement.AdjustedRandIndex(Truth(count), Labels(result)), 0.98, 1);
        Assert.Equal(count, result.Topics.Sum(topic => topic.Size));
        var sizes = result.Topics.Select(topic => topic.Size).ToList();
        Assert.Equal(sizes.OrderDescending(), sizes);
        Assert.InRange(result.Silhouette!.Value, 0.2, 1);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(20)]
    public void As_many_topics_as_asked_for(int count) =>
        Assert.Equal(count, Fit(800, new() { Count = count }).Topics.Count);

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        var prints = new[] { 1, 2, 5 }.Select(threads =>
        {
            var result = Fit(900, new() { Threads = threads });
            return (
                Fingerprint.Of<int>(Labels(result)), Fingerprint.Of<float>(result.Centroids),
                Fingerprint.Of<double>([.. result.Documents.Select(document => document.Strength)]));
        });
        Assert.Single(prints.Distinct());
    }

    [Fact]
    public void Words_label_and_examples_are_of_the_topic()
    {
        var result = Fit(400, new() { Words = 2, Examples = 3 });
        for (var document = 0; document < 400; document++)
        {
            var topic = result.Topics[result.Documents[document].Topic];
            Assert.Equal($"subject{document % Clusters}", topic.Words[0].Word);
        }

        Assert.All(result.Topics, topic =>
        {
            Assert.Equal(string.Join(", ", topic.Words.Select(word => word.Word)), topic.Label);
            Assert.Equal(3, topic.Examples.Count);
            Assert.DoesNotContain(topic.Words, word => word.Word is "the" or "common");
            Assert.All(
                topic.Examples, example => Assert.Equal(topic, result.Topics[result.Documents[example].Topic]));
        });
    }

    [Fact]
    public void Outliers_are_marked_in_the_nearest_topic_or_kept_apart()
    {
        // Every 20th vector has a random direction, which no other one has.
        var vectors = Mixture.Of(1_000, Dimensions, Clusters, width: 0.4);
        var random = new Random(5);
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = i / Dimensions % 20 == 0 ? (float)(random.NextDouble() - 0.5) : vectors[i];
        }

        var nearest = TopicModel.Fit(vectors, Dimensions, [], new());
        var kept = TopicModel.Fit(vectors, Dimensions, [], new() { KeepOutliers = true });
        Assert.InRange(Enumerable.Range(0, 50).Count(i => nearest.Documents[20 * i].IsOutlier), 45, 50);
        Assert.InRange(nearest.OutlierShare, 0.045, 0.08);
        Assert.Equal(nearest.OutlierShare, kept.OutlierShare);
        Assert.All(nearest.Documents, document => Assert.InRange(document.Topic, 0, nearest.Topics.Count - 1));
        Assert.All(nearest.Documents, document => Assert.InRange(document.Strength, 0, 1));
        Assert.All(kept.Documents, document => Assert.Equal(document.IsOutlier, document.Topic == -1));
        Assert.Equal(1_000, kept.Topics.Sum(topic => topic.Size) + kept.Documents.Count(one => one.IsOutlier));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(12)]
    [InlineData(40)]
    [InlineData(300)]
    public void Equal_vectors_are_one_topic(int count)
    {
        float[] vectors = [.. Enumerable.Repeat(0.5f, count * 3)];
        var result = TopicModel.Fit(vectors, 3, [.. Enumerable.Repeat<string?>("green apples", count)], new());
        var topic = Assert.Single(result.Topics);
        Assert.Equal(count, topic.Size);
        Assert.Equal("apples, green", topic.Label);
        Assert.Single(topic.Examples);
        Assert.Null(result.Silhouette);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(3, 3)]
    [InlineData(60, 60)]
    public void Few_documents_can_be_as_many_topics(int documents, int topics)
    {
        var result = TopicModel.Fit(Mixture.Of(documents, 6), 6, [], new() { Count = topics });
        Assert.InRange(result.Topics.Count, 1, topics);
        Assert.All(result.Topics, topic => Assert.Equal(("", 0), (topic.Label, topic.Words.Count)));
    }

    [Fact]
    public void What_has_no_topics_is_refused()
    {
        Assert.Throws<ArgumentException>(() => TopicModel.Fit(new float[] { 1, float.NaN }, 2, [], new()));
        Assert.Throws<ArgumentException>(() => TopicModel.Fit(Array.Empty<float>(), 2, [], new()));
        Assert.Throws<ArgumentException>(() => TopicModel.Fit(new float[4], 2, ["one"], new()));
        Assert.Throws<ArgumentException>(() => TopicModel.Fit(new float[4], 2, [], new() { Count = 3 }));
        Assert.Throws<ArgumentException>(() => TopicModel.Fit(new float[4], 2, [], new() { Count = 1, MinSize = 2 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => TopicModel.Fit(new float[4], 2, [], new() { MinSize = 1 }));
    }

    [Fact]
    public void Progress_rises_to_one_and_a_cancelled_token_ends_it()
    {
        var told = new Told(_ => { });
        TopicModel.Fit(Mixture.Of(200, 8), 8, [], new(), told);
        Assert.Equal(told.Values.Order(), told.Values);
        Assert.Equal(1, told.Values[^1], 1e-9);
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => TopicModel.Fit(Mixture.Of(200, 8), 8, [], new(), cancellationToken: source.Token));
    }

    private static TopicResult Fit(int count, TopicOptions options)
    {
        string?[] texts = [.. Enumerable.Range(0, count).Select(
            i => $"The subject{i % Clusters} is common ({i})")];
        return TopicModel.Fit(Mixture.Of(count, Dimensions, Clusters, width: 0.4), Dimensions, texts, options);
    }

    private static int[] Truth(int count) => [.. Enumerable.Range(0, count).Select(i => i % Clusters)];

    private static int[] Labels(TopicResult result) => [.. result.Documents.Select(document => document.Topic)];
}
