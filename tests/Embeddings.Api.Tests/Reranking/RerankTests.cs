using System.Net;
using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests.Reranking;

/// <summary><c>POST /rerank</c>, by a cross-encoder whose scores can be worked out, and by vectors.</summary>
public sealed class RerankTests
{
    private const string Body = """{"query": "red green red", "documents": ["blue", "red red", {"text": "green red", "title": "ignored"}, "blue white"]}""";

    [Theory]
    [InlineData("/rerank")]
    [InlineData("/reranking")]
    [InlineData("/v1/rerank")]
    [InlineData("/v1/reranking")]
    [InlineData("/v2/rerank")]
    public async Task The_best_document_is_first_and_equal_ones_keep_their_order(string path)
    {
        await using var served = new RerankServer();
        var reply = await served.Server.PostAsync(Body, path);
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal("tests/overlap", reply.Json["model"]!.GetValue<string>());
        Assert.Equal([1, 2, 0, 3], Indexes(reply));
        // Words in common − 1: 3, 2, −1, −1.
        double[] expected = [.. new[] { 3.0, 2, -1, -1 }.Select(raw => 1 / (1 + Math.Exp(-raw)))];
        Assert.All(expected.Zip(Scores(reply)), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.All(reply.Json["results"]!.AsArray(), result => Assert.Null(result!["document"]));
        // [CLS] 3 [SEP] n [SEP] for each.
        Assert.Equal(24 + 1 + 2 + 2 + 2, reply.Json["usage"]!["total_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task The_best_n_come_with_their_texts_and_raw_scores_when_that_is_asked_for()
    {
        await using var served = new RerankServer();
        var body = JsonNode.Parse(Body)!.AsObject();
        (body["top_n"], body["return_documents"], body["raw_scores"]) = (2, true, true);
        var reply = await served.Server.PostAsync(body, "/rerank");
        Assert.Equal([3, 2], Scores(reply));
        Assert.Equal(["red red", "green red"], reply.Json["results"]!.AsArray().Select(result => result!["document"]!["text"]!.GetValue<string>()));
        Assert.Equal(["red red", "green red"], reply.Json["data"]!.AsArray().Select(result => result!["document"]!.GetValue<string>()));
        var more = await served.Server.PostAsync("""{"query": "red", "documents": ["blue", "red"], "top_k": 99}""", "/rerank");
        Assert.Equal([1, 0], Indexes(more));
    }

    [Theory]
    [InlineData(true, """{"model": "tiny", "query": "red", "documents": ["blue", "green", "red"], "raw_scores": true}""")]
    [InlineData(false, """{"query": "red", "documents": ["blue", "green", "red"]}""")]
    public async Task An_encoder_ranks_by_the_cosine_of_its_vectors_with_their_prompts(bool hasCrossEncoders, string body)
    {
        await using var served = new RerankServer(hasCrossEncoders);
        var reply = await served.Server.PostAsync(body, "/rerank");
        Assert.Equal("tests/tiny", reply.Json["model"]!.GetValue<string>());
        // With the prompt, green is nearer to the query than red itself.
        Assert.Equal([1, 2, 0], Indexes(reply));
        var query = await served.Server.EmbedAsync("ask red");
        string[] documents = ["green", "red", "blue"];
        for (var i = 0; i < documents.Length; i++)
        {
            Assert.Equal(Cosine(query, await served.Server.EmbedAsync(documents[i])), Scores(reply)[i], 1e-5);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Negative_cosines_order_the_documents_and_are_reported_as_0_unless_raw_ones_are_asked_for(bool isRaw)
    {
        await using var served = new RerankServer();
        var reply = await served.Server.PostAsync(new { model = "tiny", query = "red", documents = new[] { "black", "white", "red" }, raw_scores = isRaw }, "/rerank");
        Assert.Equal([2, 1, 0], Indexes(reply));
        var query = await served.Server.EmbedAsync("ask red");
        double[] cosines = [Cosine(query, await served.Server.EmbedAsync("white")), Cosine(query, await served.Server.EmbedAsync("black"))];
        Assert.All(cosines, cosine => Assert.True(cosine < -0.1));
        Assert.All(cosines.Zip(Scores(reply)[1..]), pair => Assert.Equal(isRaw ? pair.First : 0, pair.Second, 1e-5));
    }

    [Fact]
    public async Task A_thousand_documents_are_ranked_as_one_by_one()
    {
        await using var served = new RerankServer();
        string[] documents = [.. Enumerable.Range(0, 1000).Select(i => string.Join(' ', Enumerable.Repeat(i % 2 == 0 ? "red" : "blue", (i % 7) + 1)))];
        var reply = await served.Server.PostAsync(new { query = "red", documents, raw_scores = true }, "/rerank");
        var expected = documents.Select((text, i) => (Index: i, Score: (i % 2 == 0 ? text.Split(' ').Length : 0) - 1)).OrderByDescending(item => item.Score);
        Assert.Equal(expected.Select(item => (item.Index, (double)item.Score)), Indexes(reply).Zip(Scores(reply)));
    }

    [Theory]
    [InlineData("""{"documents": ["a"]}""", "'$.query' is invalid: it is required", "query")]
    [InlineData("""{"query": "a"}""", "'$.documents' is invalid: it is required", "documents")]
    [InlineData("""{"query": "a", "documents": []}""", "it has 0 items", "documents")]
    [InlineData("""{"query": "a", "documents": ["a"], "texts": ["a"]}""", "Send either 'documents' or 'texts'", "texts")]
    [InlineData("""{"query": "a", "documents": ["a", ""]}""", "'$.documents[1]' is invalid: an empty string", "documents")]
    [InlineData("""{"query": "", "documents": ["a"]}""", "'$.query' is invalid: an empty string", "query")]
    [InlineData("""{"query": "a", "documents": ["a", null]}""", "documents[1]", "documents")]
    [InlineData("""{"query": "a", "documents": [{"title": "a"}]}""", "documents[0].text", "documents")]
    [InlineData("""{"query": "a", "documents": [7]}""", "documents[0]", "documents")]
    [InlineData("""{"query": "a", "documents": ["a"], "top_n": 0}""", "'$.top_n' is invalid", "top_n")]
    [InlineData("""{"query": "a", "documents": ["a"], "top_k": -1}""", "'$.top_k' is invalid", "top_k")]
    [InlineData("""{"query": "a", "documents": ["a"], "top_k": 1, "top_n": 2}""", "Send either 'top_n' or 'top_k'", "top_k")]
    [InlineData("""{"query": "a", "documents": ["a"], "truncate": true, "truncation": false}""", "Send either 'truncate' or 'truncation'", "truncation")]
    [InlineData("""{"query": "a", "documents": ["a"], "truncation_direction": "Left"}""", "'truncation_direction' = Left", "truncation_direction")]
    [InlineData("""{"query": "a", "documents": ["a"], "max_chunks_per_doc": 0}""", "at least 1", "max_chunks_per_doc")]
    [InlineData("""{"query": "a", "documents": ["a"], "max_tokens_per_doc": 15}""", "reads 16 tokens at once", "max_tokens_per_doc")]
    [InlineData("""{"query": "a", "documents": ["a"], "parameters": {"truncate": "START"}}""", "'parameters.truncate' = START", "parameters")]
    [InlineData("""{"query": "a", "documents": ["a", {"b": "x"}], "rank_fields": ["a"]}""", "'documents[1]': 'rank_fields' names the field 'a'", "documents")]
    [InlineData("""{"query": "a", "documents": ["a", {"a": [1]}], "rank_fields": ["a"]}""", "'documents[1]': 'rank_fields' names the field 'a'", "documents")]
    [InlineData("""{"query": "a", "documents": ["a", {"a": "b"}], "rank_fields": [null]}""", "'rank_fields[0]'", "rank_fields")]
    [InlineData("""{"query": "a", "documents": [{"image": "https://a.example/b.png"}]}""", "'documents[0].image': only a 'text'", "documents")]
    [InlineData("""{"query": "a", "documents": ["a"], "model": "colours"}""", "gives scores of its labels", "model")]
    [InlineData("""{"query": "a a a a a a a a a a a a a", "documents": ["a"]}""", "Invalid 'query': it has more than 12 tokens", "query")]
    [InlineData("""{"query": "a", "documents": ["a a a a a a a a a a a a a"], "truncate": false}""", "The input is '$.documents[0]'", "documents")]
    [InlineData("""{"query": "a", "documents": ["a a a a a a a a a a a a a"], "truncation": false}""", "The input is '$.documents[0]'", "documents")]
    [InlineData("""{"query": "a", "documents": ["a"], "documents": ["b"]}""", "'documents' is there twice", "documents")]
    [InlineData("[]", "must be a JSON object", null)]
    [InlineData("null", "must be a JSON object", null)]
    [InlineData("", "must be a JSON object", null)]
    [InlineData("""{"query": "a", "documents": [""", "could not parse", "documents")]
    public async Task What_cannot_be_ranked_is_refused_by_its_field(string body, string part, string? param)
    {
        await using var served = new RerankServer();
        // At /rerank, documents with fields are Pinecone's.
        var reply = await served.Server.PostAsync(body, "/v1/rerank");
        Assert.Equal((HttpStatusCode.BadRequest, param), (reply.Status, reply.Error["param"]?.GetValue<string>()));
        Assert.Contains(part, reply.Message, StringComparison.Ordinal);
        // Beside OpenAI's envelope what the clients of Cohere, and of Jina and Voyage, show.
        Assert.Equal((reply.Message, reply.Message), (reply.Json["message"]!.GetValue<string>(), reply.Json["detail"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_long_document_is_cut_and_counted()
    {
        await using var served = new RerankServer();
        var reply = await served.Server.PostAsync("""{"query": "red", "documents": ["red red red red red red red red red red red red red red", "red"], "raw_scores": true}""", "/rerank");
        Assert.Equal("1", reply.Header("x-truncated-inputs"));
        // 16 tokens: [CLS] red [SEP], 12 of the document, [SEP].
        Assert.Equal([11, 0], Scores(reply));
    }

    [Fact]
    public async Task A_document_that_an_encoder_would_cut_is_counted_or_refused_as_the_request_says()
    {
        await using var served = new RerankServer(hasCrossEncoders: false);
        string[] documents = ["red", string.Join(' ', Enumerable.Repeat("red", 300))];
        Assert.Equal("1", (await served.Server.PostAsync(new { query = "red", documents, truncation = true }, "/rerank")).Header("x-truncated-inputs"));
        var refused = await served.Server.PostAsync(new { query = "red", documents, truncation = false }, "/rerank");
        Assert.Equal((HttpStatusCode.BadRequest, "documents"), (refused.Status, refused.Error["param"]!.GetValue<string>()));
        Assert.Contains("The input is '$.documents[1]'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cross_encoder_makes_no_vectors_anywhere_and_is_listed_as_what_it_is()
    {
        await using var served = new RerankServer();
        (await served.Server.PostAsync("""{"input": "red", "model": "overlap"}""")).AssertRefused("is a cross-encoder: it makes no vectors. It ranks documents", "model");
        (await served.Server.PutAsync("/collections/c", """{"model": "colours"}""")).AssertRefused("It labels texts (POST /predict)", "model");
        Assert.Equal("cross-encoder", (await served.Server.GetAsync("/v1/models/overlap")).Json["kind"]!.GetValue<string>());
        Assert.Equal(["warm", "cold"], (await served.Server.GetAsync("/v1/models/colours")).Json["labels"]!.AsArray().Select(label => label!.GetValue<string>()));
        Assert.Null((await served.Server.GetAsync("/v1/models/tiny")).Json["kind"]);
    }

    private static int[] Indexes(Reply reply) => [.. reply.Json["results"]!.AsArray().Select(result => result!["index"]!.GetValue<int>())];

    private static double[] Scores(Reply reply) => [.. reply.Json["results"]!.AsArray().Select(result => result!["relevance_score"]!.GetValue<double>())];

    private static double Cosine(float[] left, float[] right) =>
        left.Zip(right, (a, b) => (double)a * b).Sum() / Math.Sqrt(left.Sum(number => (double)number * number) * right.Sum(number => (double)number * number));
}
