using System.Net;

namespace Embeddings.Api.Tests.Similarity;

public sealed class SimilarityTests(Server server) : IClassFixture<Server>
{
    private static readonly string[] Texts = ["The cat sits outside", "A dog barks loudly", "A kitten plays in the garden"];

    [Theory]
    [InlineData("cosine")]
    [InlineData("dot")]
    [InlineData("euclidean")]
    public async Task Scores_are_those_of_the_vectors_that_embeddings_gives(string metric)
    {
        var vectors = await VectorsAsync();
        var reply = await server.PostAsync(new { sources = Texts, metric }, "/similarity");
        Assert.Equal(metric, reply.Json["metric"]!.GetValue<string>());
        Assert.Equal("static-en-384", reply.Json["model"]!.GetValue<string>());
        var scores = Matrix(reply);
        for (var i = 0; i < Texts.Length; i++)
        {
            for (var j = 0; j < Texts.Length; j++)
            {
                Assert.Equal(Score(metric, vectors[i], vectors[j]), scores[i][j], 5e-4);
            }
        }
    }

    [Fact]
    public async Task One_source_has_one_row_with_a_score_for_each_target_and_tokens_are_counted()
    {
        var reply = await server.PostAsync(new { sources = Texts[0], targets = Texts[1..] }, "/similarity");
        var scores = Matrix(reply);
        Assert.Equal((1, 2), (scores.Length, scores[0].Length));
        var tokens = (await server.PostAsync(new { input = Texts })).Json["usage"]!["prompt_tokens"]!.GetValue<int>();
        Assert.Equal(tokens, reply.Json["usage"]!["prompt_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Vectors_need_no_model_and_may_stand_beside_texts()
    {
        var own = (await server.PostAsync("""{"sources": [[1, 0], [0, 1]], "targets": [[3, 4]], "metric": "euclidean"}""", "/similarity")).Json;
        Assert.Null(own["model"]);
        Assert.Equal([Math.Sqrt(20), Math.Sqrt(18)], own["scores"]!.AsArray().Select(row => row![0]!.GetValue<double>()), (x, y) => Math.Abs(x - y) < 1e-5);
        var vector = (await server.PostAsync(new { input = Texts[0] })).Vector();
        var mixed = Matrix(await server.PostAsync(new { sources = vector, targets = new[] { Texts[0] } }, "/similarity"));
        Assert.Equal(1, mixed[0][0], 1e-5);
    }

    [Fact]
    public async Task Hugging_faces_body_gets_the_list_that_it_gets_there()
    {
        var reply = await server.PostAsync(new { inputs = new { source_sentence = Texts[0], sentences = Texts[1..] } }, "/similarity");
        var own = Matrix(await server.PostAsync(new { sources = Texts[0], targets = Texts[1..] }, "/similarity"));
        Assert.Equal(own[0], reply.Json.AsArray().Select(score => score!.GetValue<double>()));
    }

    [Theory]
    [InlineData("{}", "'$.sources' is invalid")]
    [InlineData("""{"sources": []}""", "Invalid 'sources': it has 0 items")]
    [InlineData("""{"sources": ["a"], "targets": []}""", "Invalid 'targets': it has 0 items")]
    [InlineData("""{"sources": ["a", ""]}""", "'$.sources[1]' is invalid: an empty string")]
    [InlineData("""{"sources": ["a"], "targets": ["b", 3]}""", "Invalid type for 'targets[1]': expected a string or an array of numbers, but got a number")]
    [InlineData("""{"sources": {"a": 1}}""", "Invalid type for 'sources'")]
    [InlineData("""{"sources": ["a", [1, "x"]]}""", "Invalid type for 'sources[1][1]'")]
    [InlineData("""{"sources": [[1, 1e400]]}""", "'sources[0][1]'")]
    [InlineData("""{"sources": [[1, 2], [1]]}""", "Invalid 'sources[1]': it has 1 numbers, but vectors here have 2")]
    [InlineData("""{"sources": ["a", [1, 2]]}""", "Invalid 'sources[1]': it has 2 numbers, but vectors here have 384")]
    [InlineData("""{"sources": [[1, 1e30]]}""", "Invalid 'sources[0][1]'")]
    [InlineData("""{"sources": ["a"], "metric": "manhattan"}""", "Invalid value for 'metric' = manhattan")]
    [InlineData("""{"inputs": {"sentences": ["a"]}}""", "'$.inputs.source_sentence' is invalid")]
    [InlineData("""{"inputs": {"source_sentence": "a", "sentences": ["b", ""]}}""", "'$.inputs.sentences[1]' is invalid")]
    [InlineData("""{"inputs": {"source_sentence": "a", "sentences": ["b"]}, "sources": ["c"]}""", "not both")]
    public async Task What_is_wrong_is_named_with_its_place(string body, string message)
    {
        var reply = (await server.PostAsync(body, "/similarity")).AssertEnvelope(HttpStatusCode.BadRequest);
        Assert.Contains(message, reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_the_limit_and_unknown_models_are_refused()
    {
        var many = await server.PostAsync(new { sources = Enumerable.Repeat("a", 2049) }, "/similarity");
        Assert.Contains("2049", many.AssertEnvelope(HttpStatusCode.BadRequest).Message, StringComparison.Ordinal);
        (await server.PostAsync(new { sources = Texts, model = "gpt-4" }, "/similarity")).AssertEnvelope(HttpStatusCode.NotFound);
    }

    private static double[][] Matrix(Reply reply) =>
        [.. reply.Json["scores"]!.AsArray().Select(row => row!.AsArray().Select(score => score!.GetValue<double>()).ToArray())];

    private async Task<float[][]> VectorsAsync()
    {
        var reply = await server.PostAsync(new { input = Texts });
        return [.. Texts.Select((_, i) => reply.Vector(i))];
    }

    private static double Score(string metric, float[] x, float[] y)
    {
        var dot = x.Zip(y, (a, b) => (double)a * b).Sum();
        return metric switch
        {
            "dot" => dot,
            "cosine" => dot / Math.Sqrt(x.Sum(a => (double)a * a) * y.Sum(b => (double)b * b)),
            _ => Math.Sqrt(x.Zip(y, (a, b) => ((double)a - b) * ((double)a - b)).Sum()),
        };
    }
}
