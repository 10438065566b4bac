using System.Net;

namespace Embeddings.Api.Tests.Search;

public sealed class SearchErrorsTests(Server server) : IClassFixture<Server>, IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        await server.PostAsync("""{"documents": [{"id": "a", "text": "cat"}]}""", "/collections/texts/documents");
        await server.PostAsync("""{"documents": [{"id": "a", "vector": [1, 2]}]}""", "/collections/own/documents");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("{}", "'$.query' is invalid")]
    [InlineData("""{"query": "a", "positive": ["a"]}""", "not both")]
    [InlineData("""{"query": []}""", "Invalid 'query': it has 0 items")]
    [InlineData("""{"query": ""}""", "'$.query' is invalid: an empty string")]
    [InlineData("""{"query": ["a", ""]}""", "'$.query[1]' is invalid: an empty string")]
    [InlineData("""{"query": 3}""", "Invalid type for 'query'")]
    [InlineData("""{"query": [1, 2, 3]}""", "Invalid 'query': it has 3 numbers, but vectors here have 384")]
    [InlineData("""{"query": [[1, null]]}""", "Invalid type for 'query[0][1]'")]
    [InlineData("""{"positive": []}""", "Invalid 'positive': it has 0 items")]
    [InlineData("""{"positive": [null]}""", "an example cannot be null")]
    [InlineData("""{"positive": [{"id": "nobody"}]}""", "Invalid 'positive[0]': there is no document 'nobody'")]
    [InlineData("""{"positive": ["a"], "negative": [{"id": 7}]}""", "Invalid 'negative[0]': there is no document '7'")]
    [InlineData("""{"positive": [{"id": "a", "text": "b"}]}""", "one of 'id', 'text' and 'vector'")]
    [InlineData("""{"query": "a", "top_k": 0}""", "Invalid 'top_k': 0 is not between 1 and 10000")]
    [InlineData("""{"query": "a", "top_k": 10001}""", "Invalid 'top_k'")]
    [InlineData("""{"query": "a", "top_k": 1.5}""", "Invalid type for 'top_k'")]
    [InlineData("""{"query": "a", "offset": -1}""", "Invalid 'offset'")]
    [InlineData("""{"query": "a", "min_score": "x"}""", "Invalid type for 'min_score'")]
    [InlineData("""{"query": "a", "group_by": "x", "group_size": 0}""", "Invalid 'group_size'")]
    [InlineData("""{"query": "a", "include": ["texts"]}""", "Invalid value in 'include': texts")]
    [InlineData("""{"query": "a", "metric": "dot"}""", "Invalid 'metric': a collection has its own")]
    [InlineData("""{"query": "a", "collection": "own"}""", "texts cannot be embedded for it: send vectors of 2 numbers")]
    [InlineData("""{"query": [1, 2], "collection": "own", "model": "static-en-384"}""", "leave 'model' out")]
    [InlineData("""{"query": "a", "collection": "texts", "documents": ["b"]}""", "not both")]
    [InlineData("""{"query": "a", "documents": ["b", {"id": "c"}]}""", "Invalid 'documents[1]': a document needs a 'text' or a 'vector'")]
    [InlineData("""{"query": "a", "documents": ["b", {"vector": [1]}]}""", "Invalid 'documents[1].vector'")]
    public async Task What_is_wrong_is_named_with_its_place(string body, string message)
    {
        var request = System.Text.Json.Nodes.JsonNode.Parse(body)!.AsObject();
        if (!request.ContainsKey("collection") && !request.ContainsKey("documents"))
        {
            request["collection"] = "texts";
        }

        body = request.ToJsonString();
        var reply = (await server.PostAsync(body, "/search")).AssertEnvelope(HttpStatusCode.BadRequest);
        Assert.Contains(message, reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobodys_collection_and_nobodys_model_are_not_found()
    {
        Assert.Equal("collection_not_found", (await server.PostAsync("""{"query": "a", "collection": "nobody"}""", "/search")).AssertEnvelope(HttpStatusCode.NotFound).Error["code"]!.GetValue<string>());
        Assert.Equal("model_not_found", (await server.PostAsync("""{"query": "a", "collection": "texts", "model": "gpt-4"}""", "/search")).AssertEnvelope(HttpStatusCode.NotFound).Error["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Many_queries_may_not_ask_for_much_each()
    {
        var query = Enumerable.Repeat("a", 200);
        (await server.PostAsync(new { query, collection = "texts", top_k = 1000 }, "/search")).AssertEnvelope(HttpStatusCode.BadRequest);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(new { query, collection = "texts", top_k = 100 }, "/search")).Status);
    }
}
