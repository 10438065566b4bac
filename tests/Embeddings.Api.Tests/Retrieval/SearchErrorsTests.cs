using System.Net;

namespace Embeddings.Api.Tests.Retrieval;

/// <summary>What a wrong search is told.</summary>
public sealed class SearchErrorsTests(Server server) : IClassFixture<Server>, IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        await server.AddAsync("own", """[{"id": "a", "vector": [1, 2]}]""");
        await server.AddAsync("texts", """[{"id": "cat", "text": "cat"}]""");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("""{"collection": "own"}""", "'$.query' is invalid: it is required", "query")]
    [InlineData("""{"collection": "own", "query": null}""", "'$.query' is invalid: it is required", "query")]
    [InlineData("""{"collection": "own", "negative": [[1, 2]]}""", "unless there is 'positive'", "query")]
    [InlineData("""{"collection": "own", "query": [1, 2], "positive": [[1, 2]]}""", "but not both", "query")]
    [InlineData("""{"collection": "own", "query": [1, 2], "negative": []}""", "but not both", "query")]
    [InlineData("""{"collection": "own", "query": []}""", "'query': it has 0 items", "query")]
    [InlineData("""{"collection": "own", "query": 3}""", "'query': expected a string, an array of numbers", "query")]
    [InlineData("""{"collection": "own", "query": {"text": "a"}}""", "'query': expected a string", "query")]
    [InlineData("""{"collection": "own", "query": [1, 2, 3]}""", "'query': it has 3 numbers, but vectors here have 2", "query")]
    [InlineData("""{"collection": "own", "query": [[1, 2], [1]]}""", "'query[1]': it has 1 numbers, but vectors here have 2", "query")]
    [InlineData("""{"collection": "own", "query": [[1, 2], []]}""", "'query[1]': a vector has 1 to", "query")]
    [InlineData("""{"collection": "own", "query": [1, 1e400]}""", "'query[1]': expected a number that a 32-bit float can hold", "query")]
    [InlineData("""{"collection": "own", "query": [1, 1e39]}""", "'query[1]': expected a number that a 32-bit float can hold", "query")]
    [InlineData("""{"collection": "own", "query": [1, -1e16]}""", "'query[1]': -1E+16 is beyond", "query")]
    [InlineData("""{"collection": "own", "query": [1, NaN]}""", "could not parse the JSON body", "query")]
    [InlineData("""{"collection": "own", "query": [1, null]}""", "'query[1]': expected a number", "query")]
    [InlineData("""{"collection": "own", "query": [1, "2"]}""", "'query[1]': expected a number", "query")]
    [InlineData("""{"collection": "own", "query": "a"}""", "texts cannot be embedded for it: send vectors of 2 numbers", null)]
    [InlineData("""{"collection": "own", "query": [1, 2], "model": "static-en-384"}""", "leave 'model' out", "model")]
    [InlineData("""{"collection": "texts", "query": [1, 2]}""", "'query': it has 2 numbers, but vectors here have 384", "query")]
    [InlineData("""{"collection": "texts", "query": ""}""", "'$.query' is invalid: an empty string", "query")]
    [InlineData("""{"collection": "texts", "query": ["a", ""]}""", "'$.query[1]' is invalid: an empty string", "query")]
    [InlineData("""{"collection": "texts", "query": "a", "metric": "cosine"}""", "a collection has its own", "metric")]
    [InlineData("""{"collection": "texts", "query": "a", "documents": ["a"]}""", "Send either 'collection' or 'documents'", "documents")]
    [InlineData("""{"collection": 3, "query": "a"}""", "'collection': expected a string", "collection")]
    [InlineData("""{"collection": "own", "query": [1, 2], "top_k": 0}""", "'top_k': 0 is not between 1 and 10000", "top_k")]
    [InlineData("""{"collection": "own", "query": [1, 2], "top_k": 10001}""", "'top_k': 10001 is not between 1 and 10000", "top_k")]
    [InlineData("""{"collection": "own", "query": [1, 2], "top_k": -1}""", "'top_k': -1 is not between", "top_k")]
    [InlineData("""{"collection": "own", "query": [1, 2], "top_k": 1.5}""", "'top_k': expected a whole number", "top_k")]
    [InlineData("""{"collection": "own", "query": [1, 2], "top_k": "5"}""", "'top_k': expected a whole number", "top_k")]
    [InlineData("""{"collection": "own", "query": [1, 2], "offset": -1}""", "'offset': -1 is not between 0 and", "offset")]
    [InlineData("""{"collection": "own", "query": [1, 2], "offset": 1000001}""", "'offset': 1000001 is not between", "offset")]
    [InlineData("""{"collection": "own", "query": [1, 2], "offset": 99999999999}""", "'offset': expected a whole number of 32 bits", "offset")]
    [InlineData("""{"collection": "own", "query": [1, 2], "min_score": 1e400}""", "'min_score': expected a number that a 32-bit float can hold", "min_score")]
    [InlineData("""{"collection": "own", "query": [1, 2], "min_score": "high"}""", "'min_score': expected a number", "min_score")]
    [InlineData("""{"collection": "own", "query": [1, 2], "min_score": NaN}""", "could not parse the JSON body", "min_score")]
    [InlineData("""{"collection": "own", "query": [1, 2], "include": ["body"]}""", "Invalid value in 'include': body. Supported values: ['text', 'metadata', 'vector']", "include")]
    [InlineData("""{"collection": "own", "query": [1, 2], "include": [null]}""", "Invalid value in 'include': null", "include")]
    [InlineData("""{"collection": "own", "query": [1, 2], "include": "text"}""", "'include'", "include")]
    [InlineData("""{"collection": "own", "query": [1, 2], "group_by": 3}""", "'group_by': expected a string", "group_by")]
    [InlineData("""{"collection": "own", "query": [1, 2], "group_by": "a", "group_size": 0}""", "'group_size': 0 is not between 1 and 100", "group_size")]
    [InlineData("""{"collection": "own", "query": [1, 2], "group_by": "a", "group_size": 101}""", "'group_size': 101 is not between", "group_size")]
    [InlineData("""{"collection": "own", "query": [1, 2], "group_by": "a", "group_size": 100, "top_k": 1001}""", "'top_k'", "top_k")]
    [InlineData("""{"documents": ["a", 3], "query": "a"}""", "'documents[1]': expected an object with a 'text' or a 'vector', but got a number", "documents")]
    [InlineData("""{"documents": ["a", null], "query": "a"}""", "'documents[1]': a document needs a 'text' or a 'vector'", "documents")]
    [InlineData("""{"documents": [{"id": "a"}], "query": "a"}""", "'documents[0]': a document needs a 'text' or a 'vector'", "documents")]
    [InlineData("""{"documents": ["a", ""], "query": "a"}""", "'$.documents[1].text' is invalid: an empty string", "documents")]
    [InlineData("""{"documents": ["a", {"vector": [1]}], "query": "a"}""", "'documents[1].vector': it has 1 numbers, but vectors here have 384", "documents")]
    [InlineData("""{"documents": [{"vector": [1, 2]}, {"vector": [1]}], "query": [1, 2]}""", "'documents[1].vector': it has 1 numbers, but vectors here have 2", "documents")]
    [InlineData("""{"documents": [{"vector": [1, 2]}], "query": [1, 2, 3]}""", "'query': it has 3 numbers, but vectors here have 2", "query")]
    [InlineData("""{"documents": ["a"], "query": "a", "metric": "manhattan"}""", "Invalid value for 'metric' = manhattan", "metric")]
    [InlineData("""{"documents": "a", "query": "a"}""", "'documents'", "documents")]
    [InlineData("", "JSON object", null)]
    public async Task A_wrong_body_is_a_400_that_says_where(string body, string part, string? param) =>
        (await server.PostAsync(body, "/search")).AssertRefused(part, param);

    [Theory]
    [InlineData("""{"query": "a", "collection": "nowhere"}""", "collection", "collection_not_found")]
    [InlineData("""{"query": "a", "collection": "no such name!"}""", "collection", "collection_not_found")]
    [InlineData("""{"query": "a"}""", "collection", "collection_not_found")]
    [InlineData("""{"query": "a", "collection": "texts", "model": "nobodys"}""", "model", "model_not_found")]
    [InlineData("""{"query": "a", "documents": ["b"], "model": "nobodys"}""", "model", "model_not_found")]
    public async Task What_is_not_there_is_a_404(string body, string param, string code)
    {
        var reply = (await server.PostAsync(body, "/search")).AssertEnvelope(HttpStatusCode.NotFound);
        Assert.Equal(
            (param, code), (reply.Error["param"]!.GetValue<string>(), reply.Error["code"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Many_queries_may_not_ask_for_more_than_can_be_answered()
    {
        var queries = Enumerable.Repeat(new[] { 1, 2 }, 11).ToArray();
        (await server.PostAsync(new { collection = "own", query = queries, top_k = 10_000 }, "/search")).AssertRefused(
            "11 queries may return 100000 documents in all", "top_k");
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(new { collection = "own", query = queries[..10], top_k = 10_000 }, "/search")).Status);
        (await server.PostAsync(new { collection = "own", query = queries, offset = 99_999 }, "/search")).AssertRefused(
            "pass over 1000000", "top_k");
        (await server.PostAsync(new { collection = "own", query = Enumerable.Repeat(queries[0], 2049) }, "/search")).AssertRefused("it has 2049 items", "query");
    }

    [Fact]
    public async Task Too_many_documents_of_a_request_are_refused()
    {
        var documents = Enumerable.Repeat(new { vector = new[] { 1, 2 } }, 10_001);
        (await server.PostAsync(new { documents, query = new[] { 1, 2 } }, "/search")).AssertRefused(
            "array with length 10001", "documents");
    }
}
