using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests.Reranking;

/// <summary>Searches whose best documents are ranked once more by their texts.</summary>
public sealed class SearchRerankTests
{
    private const string Documents =
        """
        [{"id": "vector", "vector": [10, 2]}, {"id": "green", "text": "green"}, {"id": "red", "text": "red red"},
        {"id": "both", "text": "green red red red"}, {"id": "blue", "text": "blue"}]
        """;

    [Fact]
    public async Task Candidates_are_ranked_by_their_texts_and_those_without_one_stay_behind()
    {
        await using var served = new RerankServer();
        await served.Server.PutAsync("/collections/c", """{"model": "tiny"}""");
        await served.Server.AddAsync("c", Documents);
        var plain = await served.Server.PostAsync("""{"collection": "c", "query": "red", "top_k": 5}""", "/search");
        Assert.Null(plain.Json["reranker"]);
        Assert.All(plain.Json["results"]!.AsArray(), result => Assert.Null(result!["relevance_score"]));

        var reply = await served.Server.PostAsync("""{"collection": "c", "query": "red", "top_k": 5, "rerank": {}, "include": []}""", "/search");
        Assert.Equal(["both", "red"], reply.Ids()[..2]);
        Assert.Equal("vector", reply.Ids()[^1]);
        Assert.Equal("tests/overlap", reply.Json["reranker"]!.GetValue<string>());
        Assert.Equal("tests/tiny", reply.Json["model"]!.GetValue<string>());
        Assert.Equal(1 / (1 + Math.Exp(-2)), reply.Json["results"]![0]!["relevance_score"]!.GetValue<double>(), 1e-6);
        Assert.Null(reply.Json["results"]![4]!["relevance_score"]);
        Assert.All(reply.Json["results"]!.AsArray(), result => Assert.Null(result!["text"]));
        // The score is that of the vectors, as before.
        Assert.Equal(plain.Scores().Order(), reply.Scores().Order());
    }

    [Fact]
    public async Task True_is_an_empty_object_and_false_is_nothing()
    {
        await using var served = new RerankServer();
        var body = """{"query": "red", "documents": ["blue", "red red"], "rerank": {}}""";
        var expected = (await PostAsync(body)).Json["results"]!;
        Assert.True(JsonNode.DeepEquals(expected, (await PostAsync(body.Replace("{}", "true", StringComparison.Ordinal))).Json["results"]));
        Assert.True(JsonNode.DeepEquals(expected, (await PostAsync(body.Replace("{}", """{"model": null, "candidates": null}""", StringComparison.Ordinal))).Json["results"]));
        Assert.Null((await PostAsync(body.Replace("{}", "false", StringComparison.Ordinal))).Json["reranker"]);

        Task<Reply> PostAsync(string json) => served.Server.PostAsync(json, "/search");
    }

    [Fact]
    public async Task Only_candidates_are_ranked_and_pages_have_no_gaps()
    {
        await using var served = new RerankServer();
        var documents = JsonNode.Parse("""["red", "green", "green red red", "blue"]""")!;
        var all = Ids(await PostAsync(new { query = "red", documents, rerank = new { candidates = 4 } }));
        Assert.Equal("2", all[0]);
        // The candidate of a search for one is the nearest vector.
        var first = Ids(await PostAsync(new { query = "red", documents, top_k = 1, rerank = new { candidates = 1 } }));
        var nearest = Ids(await PostAsync(new { query = "red", documents, top_k = 1 }));
        Assert.Equal(nearest, first);
        var pages = new List<string>();
        for (var offset = 0; offset < 4; offset += 2)
        {
            pages.AddRange(Ids(await PostAsync(new { query = "red", documents, top_k = 2, offset, rerank = new { } })));
        }

        Assert.Equal(all, pages);

        Task<Reply> PostAsync(object body) => served.Server.PostAsync(body, "/search");
    }

    [Fact]
    public async Task Several_queries_are_ranked_each_by_itself_and_their_tokens_count()
    {
        await using var served = new RerankServer();
        var reply = await served.Server.PostAsync("""{"query": ["red", "blue"], "documents": ["red", "blue"], "rerank": {"model": "overlap"}}""", "/search");
        Assert.Equal([["0", "1"], ["1", "0"]], reply.Json["results"]!.AsArray().Select(page => Reply.IdsOf(page!)));
        // Two documents of 3 tokens, two queries of 4 with their prompts, four pairs of 5.
        Assert.Equal(6 + 8 + 20, reply.Json["usage"]!["total_tokens"]!.GetValue<int>());
        var byVectors = await served.Server.PostAsync("""{"query": "red", "documents": ["blue", "red"], "rerank": {"model": "tiny"}}""", "/search");
        Assert.Equal("tests/tiny", byVectors.Json["reranker"]!.GetValue<string>());
        Assert.Equal(byVectors.Scores()[0], byVectors.Json["results"]![0]!["relevance_score"]!.GetValue<double>(), 1e-5);
    }

    [Theory]
    [InlineData("""{"query": [1, 2], "documents": ["red"], "rerank": {}}""", "ranked by the text of a 'query'", "rerank")]
    [InlineData("""{"positive": ["red"], "documents": ["red"], "rerank": {}}""", "ranked by the text of a 'query'", "rerank")]
    [InlineData("""{"query": "red", "documents": ["red"], "group_by": "a", "rerank": {}}""", "Send either 'rerank' or 'group_by'", "rerank")]
    [InlineData("""{"query": "red", "documents": ["red"], "rerank": {"candidates": 1001}}""", "rerank.candidates", "rerank")]
    [InlineData("""{"query": "red", "documents": ["red"], "rerank": {"k": 1}}""", "Unknown field 'rerank.k'", "rerank")]
    [InlineData("""{"query": "red", "documents": ["red"], "rerank": {"candidates": "7"}}""", "Invalid type for 'rerank.candidates'", "rerank")]
    [InlineData("""{"query": "red", "documents": ["red"], "rerank": {"model": 7}}""", "Invalid type for 'rerank.model'", "rerank")]
    [InlineData("""{"query": "red", "documents": ["red"], "rerank": 1}""", "Invalid type for 'rerank'", "rerank")]
    [InlineData("""{"query": "red", "documents": ["red"], "rerank": {"model": "tiny", "model": "tiny"}}""", "'rerank.model': it is there twice", "rerank")]
    [InlineData("""{"query": "red", "documents": ["red"], "offset": 1000, "rerank": {}}""", "candidates each are more", "rerank")]
    [InlineData("""{"query": "red", "documents": ["red"], "rerank": {"model": "colours"}}""", "gives scores of its labels", "model")]
    public async Task What_cannot_be_ranked_is_refused(string body, string part, string param)
    {
        await using var served = new RerankServer();
        (await served.Server.PostAsync(body, "/search")).AssertRefused(part, param);
    }

    private static string[] Ids(Reply reply) => reply.Ids();
}
