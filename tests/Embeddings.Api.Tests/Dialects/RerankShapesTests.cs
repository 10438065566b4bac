using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Embeddings.Api.Tests.Reranking;

namespace Embeddings.Api.Tests.Dialects;

/// <summary>
/// Rankings in the shapes of several vendors' clients, by a cross-encoder that counts common words: with the query "red"
/// a document scores (times of red) − 1.
/// </summary>
public sealed class RerankShapesTests
{
    private static readonly double[] Two = [1 / (1 + Math.Exp(-1)), 1 / (1 + Math.Exp(1))];

    [Theory]
    [InlineData("/rerank", "1")]
    [InlineData("/v1/rerank", "1")]
    [InlineData("/v2/rerank", "2")]
    public async Task One_reply_has_the_fields_of_cohere_jina_and_voyage(string path, string version)
    {
        await using var served = new RerankServer();
        var documents = Enumerable.Repeat("blue", 100).Append("red red");
        var reply = await served.Server.PostAsync(new { query = "red", documents, top_n = 2, return_documents = true, max_chunks_per_doc = 10, max_tokens_per_doc = 4096, priority = 0 }, path);
        Assert.Equal(["id", "object", "model", "results", "data", "usage", "meta"], Keys(reply.Json));
        Assert.True(Guid.TryParse(reply.Json["id"]!.GetValue<string>(), out _));
        Assert.Equal(["index", "relevance_score", "document"], Keys(reply.Json["results"]![0]!));
        Assert.Equal(("list", "red red", "red red", 100), (
            reply.Json["object"]!.GetValue<string>(), reply.Json["results"]![0]!["document"]!["text"]!.GetValue<string>(),
            reply.Json["data"]![0]!["document"]!.GetValue<string>(), reply.Json["data"]![0]!["index"]!.GetValue<int>()));
        Assert.True(JsonNode.DeepEquals(reply.Json["meta"], JsonNode.Parse($$$"""{"api_version": {"version": "{{{version}}}"}, "billed_units": {"search_units": 2}}""")));
        Assert.Equal(reply.Json["usage"]!["prompt_tokens"]!.GetValue<int>(), reply.Json["usage"]!["total_tokens"]!.GetValue<int>());
        Assert.Equal("tests/overlap", reply.Header("openai-model"));
    }

    [Fact]
    public async Task Texts_get_the_list_of_text_embeddings_inference()
    {
        await using var served = new RerankServer();
        var reply = await served.Server.PostAsync("""{"query": "red", "texts": ["blue", "red red"], "truncate": true, "truncation_direction": "Right", "junk": 1}""", "/rerank");
        Assert.Equal([1, 0], reply.Json.AsArray().Select(rank => rank!["index"]!.GetValue<int>()));
        Assert.All(Two.Zip(reply.Json.AsArray()), pair => Assert.Equal(pair.First, pair.Second!["score"]!.GetValue<double>(), 1e-6));
        Assert.All(reply.Json.AsArray(), rank => Assert.Equal(["index", "score"], Keys(rank!)));
        var texts = await served.Server.PostAsync("""{"query": "red", "texts": ["blue", "red red"], "return_text": true, "raw_scores": true}""", "/rerank");
        Assert.True(JsonNode.DeepEquals(texts.Json, JsonNode.Parse("""[{"index": 1, "text": "red red", "score": 1}, {"index": 0, "text": "blue", "score": -1}]""")), texts.Text);
    }

    [Fact]
    public async Task A_property_without_a_model_gets_weaviates_scores_in_the_order_of_the_request()
    {
        await using var served = new RerankServer();
        var reply = await served.Server.PostAsync("""{"query": "red", "documents": ["blue", "red red"], "property": ""}""", "/rerank");
        Assert.Equal(["query", "property", "scores"], Keys(reply.Json));
        Assert.Equal(["blue", "red red"], reply.Json["scores"]!.AsArray().Select(score => score!["document"]!.GetValue<string>()));
        Assert.All(Two.Reverse().Zip(reply.Json["scores"]!.AsArray()), pair => Assert.Equal(pair.First, pair.Second!["score"]!.GetValue<double>(), 1e-6));
        var named = await served.Server.PostAsync("""{"query": "red", "documents": ["blue"], "property": "", "model": "overlap"}""", "/rerank");
        Assert.NotNull(named.Json["results"]);
    }

    [Fact]
    public async Task Documents_with_rank_fields_get_pinecones_reply_with_the_documents_as_they_were_sent()
    {
        await using var served = new RerankServer();
        const string documents = """[{"id": "a", "b": "blue", "c": 1}, {"id": "\ud83d", "c": "red", "b": "red", "n": 12345678901234567890.5}]""";
        var body = $$$"""{"model": "bge-reranker-v2-m3", "query": "red", "documents": {{{documents}}}, "rank_fields": ["b", "c"], "parameters": {"truncate": "END"}}""";
        var reply = await served.Server.PostAsync(body, "/rerank");
        Assert.Equal(["model", "data", "usage"], Keys(reply.Json));
        Assert.Equal(("tests/overlap", 1), (reply.Json["model"]!.GetValue<string>(), reply.Json["usage"]!["rerank_units"]!.GetValue<int>()));
        Assert.Equal(["index", "score", "document"], Keys(reply.Json["data"]![0]!));
        // Both fields count: red, twice.
        Assert.Equal(Two[0], reply.Json["data"]![0]!["score"]!.GetValue<double>(), 1e-6);
        Assert.Contains("""{"id":"\uFFFD","c":"red","b":"red","n":12345678901234567890.5}""".Replace("\\uFFFD", "\uFFFD", StringComparison.Ordinal), reply.Text, StringComparison.Ordinal);
        var without = await served.Server.PostAsync(body.Replace("\"query\"", "\"return_documents\": false, \"query\"", StringComparison.Ordinal), "/rerank");
        Assert.Equal(["index", "score"], Keys(without.Json["data"]![0]!));
        // On Cohere's path the fields are Cohere's.
        Assert.Equal([1, 0], (await served.Server.PostAsync(body, "/v1/rerank")).Json["results"]!.AsArray().Select(result => result!["index"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("rerank-v3.5")]
    [InlineData("rerank-english-v3.0")]
    [InlineData("jina-reranker-v2-base-multilingual")]
    [InlineData("rerank-2")]
    [InlineData("BAAI/bge-reranker-v2-m3")]
    [InlineData("a model of nobody")]
    public async Task A_vendors_reranker_is_answered_by_this_servers_under_its_true_name(string name)
    {
        await using var served = new RerankServer();
        var body = new { model = name, query = "red", documents = new[] { "red" } };
        Assert.Equal("tests/overlap", (await served.Server.PostAsync(body, "/v1/rerank")).Json["model"]!.GetValue<string>());
        await using var encoder = new RerankServer(hasCrossEncoders: false);
        Assert.Equal("tests/tiny", (await encoder.Server.PostAsync(body, "/v1/rerank")).Json["model"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.NotFound, (await served.Server.PostAsync(new { input = "red", model = name })).Status);
    }

    [Fact]
    public async Task The_setting_names_the_model_that_ranks_for_requests_without_one()
    {
        await using var served = new RerankServer(settings: new() { ["Models:Reranker"] = "tiny" });
        Assert.Equal("tests/tiny", (await served.Server.PostAsync("""{"query": "red", "documents": ["red"], "model": "rerank-v3.5"}""", "/rerank")).Json["model"]!.GetValue<string>());
        Assert.Equal("tests/tiny", (await served.Server.PostAsync("""{"query": "red", "documents": ["red"], "rerank": {}}""", "/search")).Json["reranker"]!.GetValue<string>());
        Assert.Equal("tests/overlap", (await served.Server.PostAsync("""{"query": "red", "documents": ["red"], "model": "overlap"}""", "/rerank")).Json["model"]!.GetValue<string>());
    }

    // What a value is wrong in, and a value of a wrong type, and a body that ends early.
    public static TheoryData<string, string, int, string> Failures => new()
    {
        { "/rerank", """{"query": "red", "texts": ["blue", ""]}""", 400, "error error_type" },
        { "/rerank", """{"query": "red", "texts": []}""", 400, "error error_type" },
        { "/rerank", """{"query": "red", "texts": ["a a a a a a a a a a a a a a a a"], "truncate": false}""", 422, "error error_type" },
        { "/v1/rerank", """{"query": 7, "texts": ["blue"]}""", 422, "" },
        { "/rerank", """{"texts": ["blue"]}""", 422, "" },
        { "/rerank", """{"query": "red", "texts": ["blue", """, 400, "" },
        { "/rerank", """{"query": "red", "property": "", "documents": [""]}""", 400, "error" },
        { "/rerank", """{"query": "red", "property": "", "documents": 7}""", 400, "error" },
        { "/rerank", """{"query": "red", "property": "", "documents": ["a", """, 400, "error" },
        { "/rerank", """{"query": "red", "rank_fields": ["a"], "documents": [{"b": "c"}]}""", 400, "error status" },
        { "/rerank", """{"query": [], "rank_fields": ["a"], "documents": [{"b": "c"}]}""", 400, "error status" },
        { "/v1/rerank", """{"query": "red", "documents": []}""", 400, "id message detail error" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failure_has_the_form_of_the_clients_whose_request_it_was(string path, string body, int status, string fields)
    {
        await using var served = new RerankServer();
        var reply = await served.Server.PostAsync(body, path);
        var isText = reply.Response.Content.Headers.ContentType?.MediaType == "text/plain";
        Assert.Equal((status, fields), ((int)reply.Status, isText ? "" : string.Join(' ', Keys(reply.Json))));
        Assert.NotEmpty(reply.Text);
        // A text for the clients that read one, and an object for the others.
        Assert.Equal(isText || !fields.StartsWith("error", StringComparison.Ordinal) || fields.EndsWith("status", StringComparison.Ordinal), isText || reply.Error is JsonObject);
    }

    [Theory]
    [InlineData("GET", "application/json", 405, null)]
    [InlineData("POST", "multipart/form-data", 415, null)]
    [InlineData("POST", "application/json", 401, "Auth:ApiKeys")]
    [InlineData("POST", "application/json", 413, "Limits:MaxBodyBytes")]
    public async Task What_is_refused_before_its_body_is_read_has_a_form_that_every_client_reads(
        string method, string type, int status, string? setting)
    {
        await using var served = new RerankServer(settings: setting is null ? null : new() { [setting] = "1024" });
        foreach (var path in new[] { "/rerank", "/v1/reranking", "/v2/rerank" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(served.Server.Http.BaseAddress!, path));
            request.Content = method == "GET" ? null : new StringContent("{\"query\": \"" + new string('a', 2000) + "\"}", Encoding.UTF8, type);
            var reply = await Server.ReadAsync(await served.Server.Http.SendAsync(request, Server.Cancelled));
            Assert.Equal((status, "id message detail error"), ((int)reply.Status, string.Join(' ', Keys(reply.Json))));
        }
    }

    private static IEnumerable<string> Keys(JsonNode json) => json.AsObject().Select(field => field.Key);
}
