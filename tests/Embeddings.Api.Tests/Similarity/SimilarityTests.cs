using System.Net;
using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests.Similarity;

/// <summary>
/// Scores of <c>/similarity</c> against double arithmetic over the vectors of <c>/v1/embeddings</c>, or over numbers
/// worked out by hand.
/// </summary>
public sealed class SimilarityTests(Server server) : IClassFixture<Server>
{
    private static readonly string[] Texts =
        ["The cat sits outside", "A dog barks loudly", "A kitten plays in the garden", "I am driving my car"];

    [Theory]
    [InlineData("cosine")]
    [InlineData("dot")]
    [InlineData("euclidean")]
    public async Task One_source_is_scored_with_each_target(string metric)
    {
        var reply = await AskAsync(new { sources = Texts[..1], targets = Texts[1..], metric });
        var vectors = await Task.WhenAll(Texts.Select(server.EmbedAsync));
        AssertScores([[.. vectors[1..].Select(target => Arithmetic.Score(metric, vectors[0], target))]], reply);
        Assert.Equal(metric, reply.Json["metric"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("cosine", 1)]
    [InlineData("dot", 1)]
    [InlineData("euclidean", 0)]
    public async Task Without_targets_every_source_is_scored_with_every_source(string metric, double itself)
    {
        var reply = await AskAsync(new { sources = Texts, metric });
        var vectors = await Task.WhenAll(Texts.Select(server.EmbedAsync));
        AssertScores([.. vectors.Select(x => vectors.Select(y => Arithmetic.Score(metric, x, y)).ToArray())], reply);
        Assert.All(
            Enumerable.Range(0, Texts.Length),
            i => Assert.Equal(itself, reply.Json["scores"]![i]![i]!.GetValue<double>(), Arithmetic.Rounding));
    }

    [Theory]
    [InlineData("cosine", 0.96, -1, 0)]
    [InlineData("dot", 24, -25, 0)]
    [InlineData("euclidean", 1.4142135, 10, 5)]
    public async Task Vectors_are_scored_as_they_are(string metric, double first, double second, double third)
    {
        var reply = await AskAsync(
            new { sources = new[] { new[] { 3, 4 } }, targets = new[] { new[] { 4, 3 }, [-3, -4], [0, 0] }, metric });
        AssertScores([[first, second, third]], reply);
        Assert.Null(reply.Json["model"]);
        Assert.Equal(0, reply.Json["usage"]!["total_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Texts_and_vectors_may_stand_side_by_side()
    {
        var vector = await server.EmbedAsync(Texts[1]);
        var row = (await AskAsync(new { sources = Texts[0], targets = new object[] { Texts[1], vector } })).Json["scores"]![0]!;
        Assert.Equal(row[0]!.GetValue<double>(), row[1]!.GetValue<double>(), Arithmetic.Rounding);
    }

    [Fact]
    public async Task A_single_text_or_vector_needs_no_list()
    {
        AssertScores([[0.96]], await AskAsync(new { sources = new[] { 3, 4 }, targets = new[] { 4, 3 } }));
        var single = await AskAsync(new { sources = Texts[0], targets = Texts[1] });
        var listed = await AskAsync(new { sources = Texts[..1], targets = Texts[1..2] });
        Assert.Equal(listed.Text, single.Text);
    }

    [Fact]
    public async Task The_reply_names_the_model_and_counts_the_tokens_of_both_sides()
    {
        var reply = await AskAsync(
            new { sources = Texts[..2], targets = Texts[2..], model = "text-embedding-3-small" });
        var embedded = await server.PostAsync(new { input = Texts });
        Assert.Equal("static-en-384", reply.Json["model"]!.GetValue<string>());
        Assert.Equal(embedded.Json["usage"]!.ToJsonString(), reply.Json["usage"]!.ToJsonString());
        Assert.Equal(["scores", "metric", "model", "usage"], reply.Json.AsObject().Select(field => field.Key));
    }

    [Fact]
    public async Task The_shape_of_hugging_face_is_answered_with_the_cosines_alone()
    {
        var reply = await AskAsync(new { inputs = new { source_sentence = Texts[0], sentences = Texts[1..] } });
        var own = await AskAsync(new { sources = Texts[0], targets = Texts[1..] });
        Assert.Equal(own.Json["scores"]![0]!.ToJsonString(), Assert.IsType<JsonArray>(reply.Json).ToJsonString());
    }

    [Fact]
    public async Task Zeros_and_the_largest_numbers_there_may_be_still_have_scores()
    {
        var large = Enumerable.Repeat(1e15f, 384).ToArray();
        foreach (var metric in new[] { "cosine", "dot", "euclidean" })
        {
            var reply = await AskAsync(new { sources = new[] { large }, targets = new[] { large, [.. large.Select(x => -x)], new float[384] }, metric });
            Assert.All(
                reply.Json["scores"]![0]!.AsArray(),
                score => Assert.True(float.IsFinite(score!.GetValue<float>()), $"{metric}: {score}"));
        }
    }

    private static void AssertScores(double[][] expected, Reply reply)
    {
        var actual = reply.Json["scores"]!.AsArray();
        Assert.Equal(expected.Select(row => row.Length), actual.Select(row => row!.AsArray().Count));
        Assert.All(expected.Index(), row => Assert.All(row.Item.Index(), score =>
            Assert.Equal(score.Item, actual[row.Index]![score.Index]!.GetValue<double>(), Arithmetic.Rounding)));
    }

    private async Task<Reply> AskAsync(object body)
    {
        var reply = await server.PostAsync(body, "/similarity");
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        return reply;
    }
}
