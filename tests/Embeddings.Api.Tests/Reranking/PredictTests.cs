using System.Net;

namespace Embeddings.Api.Tests.Reranking;

/// <summary><c>POST /predict</c>, by a model with labels of its own.</summary>
public sealed class PredictTests
{
    [Fact]
    public async Task Each_text_has_its_labels_the_best_first()
    {
        await using var served = new RerankServer();
        var reply = await served.Server.PostAsync("""{"input": ["red green", "blue"]}""", "/predict");
        Assert.Equal("tests/colours", reply.Json["model"]!.GetValue<string>());
        Assert.Equal(["warm", "cold"], reply.Json["data"]!.AsArray().Select(item => item!["label"]!.GetValue<string>()));
        // The softmax of (2, 1), and of (0, 1).
        Assert.All(reply.Json["data"]!.AsArray(), item => Assert.Equal(1 / (1 + Math.Exp(-1)), item!["score"]!.GetValue<double>(), 1e-6));
        Assert.Equal(["cold", "warm"], reply.Json["data"]![1]!["scores"]!.AsArray().Select(item => item!["label"]!.GetValue<string>()));
        Assert.Equal(4 + 3, reply.Json["usage"]!["total_tokens"]!.GetValue<int>());
        var raw = await served.Server.PostAsync("""{"input": "red green", "raw_scores": true, "model": "colours"}""", "/predict");
        Assert.Equal(2, raw.Json["data"]![0]!["score"]!.GetValue<double>());
    }

    [Theory]
    [InlineData("{}", "'$.input' is invalid: it is required", "input")]
    [InlineData("""{"input": []}""", "it has 0 items", "input")]
    [InlineData("""{"input": ["red", ""]}""", "'$.input[1]' is invalid: an empty string", "input")]
    [InlineData("""{"input": "red", "model": "overlap"}""", "has no labels", "model")]
    [InlineData("""{"input": "red", "labels": ["a"]}""", "Unknown field 'labels'", "labels")]
    public async Task What_cannot_be_labelled_is_refused_by_its_field(string body, string part, string param)
    {
        await using var served = new RerankServer();
        (await served.Server.PostAsync(body, "/predict")).AssertRefused(part, param);
    }

    [Fact]
    public async Task Without_a_model_with_labels_it_is_not_found_and_says_what_to_do()
    {
        await using var served = new RerankServer(hasCrossEncoders: false);
        var reply = await served.Server.PostAsync("""{"input": "red"}""", "/predict");
        Assert.Contains("POST /classify", reply.AssertEnvelope(HttpStatusCode.NotFound).Message, StringComparison.Ordinal);
    }
}
