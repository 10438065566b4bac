using System.Net;

namespace Embeddings.Api.Tests.Similarity;

/// <summary>What a wrong request to <c>/similarity</c> is told: the field, and the item of it.</summary>
public sealed class SimilarityErrorsTests(Server server) : IClassFixture<Server>
{
    [Theory]
    [InlineData("""{}""", "'$.sources' is invalid: it is required", "sources")]
    [InlineData("""{"targets": ["a"]}""", "'$.sources' is invalid: it is required", "sources")]
    [InlineData("""{"sources": null}""", "'$.sources' is invalid: it is required", "sources")]
    [InlineData("""{"sources": []}""", "'sources': it has 0 items", "sources")]
    [InlineData("""{"sources": ["a"], "targets": []}""", "'targets': it has 0 items", "targets")]
    [InlineData("""{"sources": 3}""", "'sources': expected a string, an array of numbers, or an array of these, but got a number", "sources")]
    [InlineData("""{"sources": {}}""", "'sources': expected a string", "sources")]
    [InlineData("""{"sources": ["a", 3]}""", "'sources[1]': expected a string or an array of numbers, but got a number", "sources")]
    [InlineData("""{"sources": ["a", null]}""", "'sources[1]'", "sources")]
    [InlineData("""{"sources": ["a", [1, "b"]]}""", "'sources[1][1]': expected a number", "sources")]
    [InlineData("""{"sources": [1, "a"]}""", "'sources[1]': expected a number", "sources")]
    [InlineData("""{"sources": [1, 1e400]}""", "'sources[1]': expected a number that a 32-bit float can hold", "sources")]
    [InlineData("""{"sources": [[[1]]]}""", "'sources[0][0]'", "sources")]
    [InlineData("""{"sources": [[1, 2], [1, 2, 3]]}""", "'sources[1]': it has 3 numbers, but vectors here have 2", "sources")]
    [InlineData("""{"sources": [[1, 2]], "targets": [[1, 2], [3]]}""", "'targets[1]': it has 1 numbers, but vectors here have 2", "targets")]
    [InlineData("""{"sources": [[1, 2]], "targets": [3]}""", "'targets': it has 1 numbers, but vectors here have 2", "targets")]
    [InlineData("""{"sources": ["a", [1, 2]]}""", "'sources[1]': it has 2 numbers, but vectors here have 384", "sources")]
    [InlineData("""{"sources": [[]]}""", "'sources[0]': a vector has 1 to", "sources")]
    [InlineData("""{"sources": [[1, 1e20]]}""", "'sources[0][1]'", "sources")]
    [InlineData("""{"sources": ["a"], "targets": ["b", ""]}""", "'$.targets[1]' is invalid: an empty string cannot be embedded", "targets")]
    [InlineData("""{"sources": ""}""", "'$.sources' is invalid: an empty string cannot be embedded", "sources")]
    [InlineData("""{"sources": ["a"], "metric": "manhattan"}""", "Invalid value for 'metric' = manhattan. Supported values: ['cosine', 'dot', 'euclidean']", "metric")]
    [InlineData("""{"sources": ["a"], "metric": "Cosine"}""", "Invalid value for 'metric' = Cosine", "metric")]
    [InlineData("""{"sources": ["a"], "metric": 1}""", "'metric': expected a string", "metric")]
    [InlineData("""{"sources": ["a"], "model": []}""", "'model': expected a string", "model")]
    [InlineData("""{"sources": ["a"], "sources": ["b"]}""", "'sources' is there twice", "sources")]
    [InlineData("""{"inputs": {"source_sentence": "a", "sentences": ["b"]}, "sources": ["a"]}""", "but not both", "inputs")]
    [InlineData("""{"sources": [NaN]}""", "could not parse the JSON body", "sources")]
    [InlineData("", "JSON object", null)]
    [InlineData("[]", "JSON object", null)]
    public async Task A_wrong_body_is_a_400_that_says_where(string body, string part, string? param) =>
        (await server.PostAsync(body, "/similarity")).AssertRefused(part, param);

    [Fact]
    public async Task An_unknown_model_is_a_404()
    {
        var reply = (await server.PostAsync(new { sources = "a", model = "nobodys" }, "/similarity")).AssertEnvelope(
            HttpStatusCode.NotFound);
        Assert.Equal(
            ("model", "model_not_found"),
            (reply.Error["param"]!.GetValue<string>(), reply.Error["code"]!.GetValue<string>()));
        Assert.Contains("nobodys", reply.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sources", "sources")]
    [InlineData("targets", "targets")]
    public async Task One_item_too_many_is_a_400_that_names_both_numbers(string field, string param)
    {
        var many = Enumerable.Repeat(new[] { 1 }, 2049).ToArray();
        var few = many[..1];
        var reply = await server.PostAsync(
            new { sources = field == "sources" ? many : few, targets = field == "targets" ? many : few },
            "/similarity");
        reply.AssertRefused("it has 2049 items; 1 to 2048", param);
    }

    [Fact]
    public async Task As_many_as_the_limit_is_are_compared()
    {
        var most = Enumerable.Range(0, 2048).Select(i => new[] { i, 1 }).ToArray();
        var reply = await server.PostAsync(new { sources = most[..1], targets = most }, "/similarity");
        Assert.Equal(2048, reply.Json["scores"]![0]!.AsArray().Count);
    }

    // 46,341² is the first square beyond a 32-bit integer.
    [Fact]
    public async Task More_pairs_than_can_be_compared_are_a_400_that_names_the_numbers()
    {
        await using var large = new Server(new() { ["Limits:MaxInputs"] = "50000" });
        var many = Enumerable.Repeat(new[] { 1 }, 46_341).ToArray();
        (await large.PostAsync(new { sources = many }, "/similarity")).AssertRefused(
            "46341 sources and 46341 targets are 2147488281 pairs; 4194304 can be compared at a time", "sources");
        (await large.PostAsync(new { sources = many, targets = many }, "/similarity")).AssertRefused(
            "2147488281 pairs", "targets");
        Assert.Equal(46_341, (await large.PostAsync(new { sources = many[..1], targets = many }, "/similarity")).Json["scores"]![0]!.AsArray().Count);
    }

    [Fact]
    public async Task More_tokens_than_a_request_may_have_is_a_400()
    {
        await using var small = new Server(new() { ["Limits:MaxTokens"] = "20" });
        (await small.PostAsync(new { sources = "a", targets = new string('b', 5) + string.Concat(Enumerable.Repeat(" word", 40)) }, "/similarity"))
            .AssertEnvelope(HttpStatusCode.BadRequest);
    }
}
