using System.Net;
using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests.Wire;

/// <summary>
/// A field that nobody knows is refused on this server's own routes: a filter that is ignored would show what it was to
/// hide.
/// </summary>
public sealed class UnknownFieldsTests(Server server) : IClassFixture<Server>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await server.AddAsync("known", """[{"id": "a", "vector": [1, 2], "text": "A", "metadata": {"n": 1}}]""");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("/search", "filters", "filter")]
    [InlineData("/search", "Filter", "filter")]
    [InlineData("/search", "fitler", "filter")]
    [InlineData("/search", "where", "filter")]
    [InlineData("/search", "distance", "metric")]
    [InlineData("/search", "limit", "top_k")]
    [InlineData("/search", "topK", "top_k")]
    [InlineData("/search", "vectors", "query")]
    [InlineData("/search", "n_results", "top_k")]
    [InlineData("/similarity", "source", "sources")]
    [InlineData("/collections/known/documents", "vectors", "documents")]
    [InlineData("/collections/known/documents/list", "where", "filter")]
    [InlineData("/collections/known/documents/delete", "id", "ids")]
    [InlineData("/collections/known/count", "filters", "filter")]
    [InlineData("/collections/known/reembed", "dimension", "dimensions")]
    public async Task It_is_named_with_the_nearest_known_one(string route, string name, string nearest) =>
        (await server.PostAsync($$"""{"{{name}}": {"a": [1]} }""", route)).AssertRefused($"Unknown field '{name}'. Did you mean '{nearest}'?", name);

    [Theory]
    [InlineData("""{"sources": "a", "banana": 1}""", "Unknown field 'banana'. There are 'sources', 'targets', 'metric'", "banana")]
    [InlineData("""{"\ud83d": 1}""", "", null)]
    public async Task An_unknown_field_is_reported_with_its_location_and_the_known_fields(
        string body, string part, string? param)
    {
        var reply = (await server.PostAsync(body, "/similarity")).AssertEnvelope(HttpStatusCode.BadRequest);
        Assert.Contains(part, reply.Message, StringComparison.Ordinal);
        Assert.Equal(param, reply.Error["param"]?.GetValue<string>());
    }

    [Fact]
    public async Task An_unknown_field_creates_no_collection()
    {
        var reply = await server.PutAsync("/collections/misspelt", """{"dimensions": 2, "distance": "dot"}""");
        reply.AssertRefused("Unknown field 'distance'. Did you mean 'metric'?", "distance");
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/collections/misspelt")).Status);
    }

    [Theory]
    [InlineData("""{"id": "b", "vector": [1, 2], "extra": 1}""", "Unknown field 'documents[0].extra'. There are 'id', 'text', 'vector', 'metadata'.")]
    [InlineData("""{"id": "b", "vector": [1, 2], "payload": {"a": [1, {"b": 2}]}}""", "Unknown field 'documents[0].payload'. Did you mean 'metadata'?")]
    [InlineData("""{"id": "b", "txet": "b"}""", "Unknown field 'documents[0].txet'. Did you mean 'text'?")]
    [InlineData("""{"id": "b", "embedding": [1, 2]}""", "Unknown field 'documents[0].embedding'. Did you mean 'vector'?")]
    [InlineData("""{"id": "b", "vector": [1, 2], "id": "c"}""", "Invalid 'documents[0].id': this field is there twice")]
    [InlineData("""{"id": "b", "vector": [1, 2], "text": null, "text": "c"}""", "Invalid 'documents[0].text': this field is there twice")]
    [InlineData("""{"id": "b", "vector": [1, 2], "metadata": {"a": 1, "\u0061": 2}}""", "Invalid 'documents[0].metadata.a': this field is there twice")]
    public async Task Nor_may_a_document_have_one_or_one_twice(string document, string part)
    {
        (await server.PostAsync($$"""{"documents": [{{document}}]}""", "/collections/known/documents")).AssertRefused(part, "documents");
        (await server.PostAsync($$"""{"documents": [{{document}}], "query": [1, 2]}""", "/search")).AssertRefused(part, "documents");
        var line = part.Replace("documents[0].", "", StringComparison.Ordinal);
        Assert.Contains(line, (await server.PostAsync(document, "/collections/known/import")).AssertEnvelope(HttpStatusCode.BadRequest).Message, StringComparison.Ordinal);
        Assert.Equal(["a"], (await server.GetAsync("/collections/known/documents")).Ids("data"));
    }

    [Fact]
    public async Task What_was_found_listed_or_exported_can_be_put_back()
    {
        var found = await server.PostAsync("""{"collection": "known", "query": [1, 2], "include": ["text", "metadata", "vector"]}""", "/search");
        await server.AddAsync("again", found.Json["results"]!.ToJsonString());
        await server.AddAsync("again", (await server.GetAsync("/collections/known/documents?include=text,metadata,vector")).Json["data"]!.ToJsonString());
        var export = (await server.GetAsync("/collections/known/export")).Text;
        await server.AddAsync("again", $"[{export.Split('\n')[1]}]");
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(export, "/collections/again/import")).Status);
        Assert.Equal(
            """{"object":"list","data":[{"id":"a","text":"A","metadata":{"n":1},"vector":[1,2]}],"next":null}""",
            (await server.GetAsync("/collections/again/documents?include=text,metadata,vector")).Text);
    }

    [Theory]
    [InlineData("GET", "/collections/known/documents?limt=1", "Unknown parameter 'limt'. Did you mean 'limit'?", "limt")]
    [InlineData("GET", "/collections/known/documents/a?name=b", "Unknown parameter 'name'. There is 'include'.", "name")]
    [InlineData("POST", "/search?top_k=1", "Unknown parameter 'top_k'. There is none here.", "top_k")]
    [InlineData("POST", "/collections/known/import?re_embed=true", "Unknown parameter 're_embed'. Did you mean 'reembed'?", "re_embed")]
    [InlineData("POST", "/backup?collection=known", "Unknown parameter 'collection'. There is none here.", "collection")]
    [InlineData("DELETE", "/collections/known?documents=a", "Unknown parameter 'documents'", "documents")]
    public async Task Parameters_are_held_to_the_same(string method, string path, string part, string param)
    {
        (await server.SendAsync(new HttpMethod(method), path, method == "POST" ? """{"query": [1, 2], "collection": "known"}""" : null)).AssertRefused(part, param);
        Assert.Equal(["a"], (await server.GetAsync("/collections/known/documents?LIMIT=1")).Ids("data"));
    }

    [Theory]
    [InlineData("/v1/embeddings?api-version=2024-02-01")]
    [InlineData("/embeddings")]
    public async Task Routes_of_openai_ignore_it_as_openai_does(string route) =>
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("""{"input": "a", "filters": {}, "user": "b"}""", route)).Status);

    [Fact]
    public async Task What_hugging_faces_clients_send_beside_the_sentences_is_taken()
    {
        var body = JsonNode.Parse("""{"inputs": {"source_sentence": "a", "sentences": ["b"]}, "parameters": {}, "options": {"wait_for_model": true}}""")!;
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(body.ToJsonString(), "/similarity")).Status);
    }
}
