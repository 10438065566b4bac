using System.Net;
using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests.Classifiers;

/// <summary><c>POST /classify</c>, by each of its sources.</summary>
public sealed class ClassifyTests(Server server) : IClassFixture<Server>
{
    private const string Examples = """
        [{"text": "Where is my parcel?", "label": "delivery"}, {"text": "When will my order arrive?", "label": "delivery"},
         {"text": "I want my money back", "label": "refund"}, {"text": "Please return the amount I paid", "label": "refund"}]
        """;

    [Fact]
    public async Task By_names_alone_the_probabilities_are_the_softmax_of_twenty_times_the_cosines()
    {
        string[] labels = ["cooking a meal", "a football match", "the weather"];
        var reply = await server.PostAsync(new { input = "it will rain tomorrow", labels, top = 3 }, "/classify");
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        var cosines = (await server.PostAsync(new { sources = "it will rain tomorrow", targets = labels }, "/similarity")).Json["scores"]![0]!.AsArray();
        var powers = cosines.Select(cosine => Math.Exp(20 * cosine!.GetValue<double>())).ToList();
        var scores = reply.Json["data"]![0]!["scores"]!.AsArray().ToDictionary(score => score!["label"]!.GetValue<string>(), score => score!["score"]!.GetValue<double>());
        Assert.All(labels.Index(), label => Assert.Equal(powers[label.Index] / powers.Sum(), scores[label.Item], 1e-4));
        Assert.Equal(("names", "the weather"), (reply.Json["method"]!.GetValue<string>(), LabelOf(reply)));
    }

    [Fact]
    public async Task A_label_is_read_in_words_and_a_description_in_place_of_it()
    {
        var plain = await server.PostAsync("""{"input": "x", "labels": ["card arrival", "lost card"]}""", "/classify");
        var joined = await server.PostAsync("""{"input": "x", "labels": ["card_arrival", {"label": "b", "description": "lost card"}]}""", "/classify");
        Assert.Equal(
            plain.Json["data"]![0]!["scores"]!.AsArray().Select(score => score!["score"]!.GetValue<double>()),
            joined.Json["data"]![0]!["scores"]!.AsArray().Select(score => score!["score"]!.GetValue<double>()));
    }

    [Fact]
    public async Task By_examples_each_example_gets_its_own_label()
    {
        var reply = await server.PostAsync($$"""{"input": ["Where is my parcel?", "I want my money back"], "examples": {{Examples}}}""", "/classify");
        Assert.Equal("logistic", reply.Json["method"]!.GetValue<string>());
        Assert.Equal(["delivery", "refund"], reply.Json["data"]!.AsArray().Select(item => item!["label"]!.GetValue<string>()));
        Assert.All(reply.Json["data"]!.AsArray(), item => Assert.Equal(1, item!["scores"]!.AsArray().Sum(score => score!["score"]!.GetValue<double>()), 1e-5));
        Assert.True(reply.Json["usage"]!["total_tokens"]!.GetValue<int>() > 40);
    }

    [Fact]
    public async Task Below_the_threshold_there_is_no_label_and_the_scores_are_told_all_the_same()
    {
        var reply = await server.PostAsync("""{"input": "zebra", "labels": ["cats and dogs", "dogs and cats"], "threshold": 0.99}""", "/classify");
        Assert.Null(reply.Json["data"]![0]!["label"]);
        Assert.Equal(2, reply.Json["data"]![0]!["scores"]!.AsArray().Count);
    }

    [Fact]
    public async Task With_several_labels_those_that_reach_the_threshold_are_given()
    {
        var reply = await server.PostAsync(
            """{"input": "a cat and a dog", "labels": ["cat", "dog", "airplane", "tax law", "concrete"], "multi_label": true, "threshold": 0.7}""", "/classify");
        Assert.Equal(["cat", "dog"], reply.Json["data"]![0]!["labels"]!.AsArray().Select(label => label!.GetValue<string>()).Order());
    }

    [Fact]
    public async Task By_the_nearest_documents_their_labels_vote()
    {
        await server.AddAsync("pets", """
            [{"id": "1", "text": "a cat purrs", "metadata": {"animal": "cat"}}, {"id": "2", "text": "the kitten sleeps", "metadata": {"animal": "cat"}},
             {"id": "3", "text": "a dog barks", "metadata": {"animal": "dog"}}, {"id": "4", "text": "a cat without a field"}]
            """);
        var reply = await server.PostAsync("""{"input": ["a cat purrs"], "collection": "pets", "field": "animal", "k": 3}""", "/classify");
        Assert.Equal(("neighbors", "cat"), (reply.Json["method"]!.GetValue<string>(), LabelOf(reply)));
        Assert.Equal(1, reply.Json["data"]![0]!["scores"]!.AsArray().Sum(score => score!["score"]!.GetValue<double>()), 1e-5);
        var others = await server.PostAsync("""{"input": "a cat purrs", "collection": "pets", "field": "animal", "filter": {"animal": {"$ne": "cat"}}}""", "/classify");
        Assert.Equal("dog", LabelOf(others));
        Assert.Null((await server.PostAsync("""{"input": "a", "collection": "pets", "field": "nobody"}""", "/classify")).Json["data"]![0]!["label"]);
    }

    [Fact]
    public async Task A_vector_is_classified_as_its_text_is()
    {
        var vector = await server.EmbedAsync("Where is my parcel?");
        var byVector = await server.PostAsync(new { input = vector, examples = JsonNode.Parse(Examples) }, "/classify");
        var byText = await server.PostAsync(new { input = "Where is my parcel?", examples = JsonNode.Parse(Examples) }, "/classify");
        Assert.Equal(Score(byText), Score(byVector), 1e-6);
    }

    private static string? LabelOf(Reply reply) => reply.Json["data"]![0]!["label"]?.GetValue<string>();

    private static double Score(Reply reply) => reply.Json["data"]![0]!["score"]!.GetValue<double>();
}
