using System.Net;
using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests.Collections;

public sealed class DocumentsTests(Server server) : IClassFixture<Server>
{
    [Fact]
    public async Task Documents_are_made_with_their_collection_and_come_back_as_they_were()
    {
        var reply = await UpsertAsync("first", """[{"id": "a", "text": "cat", "metadata": {"n": 1.50, "deep": {"x": [1, "é"]}}}, {"id": 7, "text": "dog"}, "bare text"]""");
        var ids = reply["ids"]!.AsArray().Select(id => (string)id!).ToList();
        Assert.Equal(["a", "7"], ids[..2]);
        Assert.True(Guid.TryParse(ids[2], out _));
        Assert.Equal("""{"id":"a","text":"cat","metadata":{"n":1.50,"deep":{"x":[1,"é"]}}}""", (await server.GetAsync("/collections/first/documents/a")).Text);
        Assert.Equal("""{"id":"7","text":"dog"}""", (await server.GetAsync("/collections/first/documents/7")).Text);
        var made = (await server.PostAsync(new { input = "cat" })).Vector();
        var kept = (await server.GetAsync("/collections/first/documents/a?include=vector")).Json["vector"]!.AsArray().Select(number => (float)number!);
        Assert.Equal(made, kept, (x, y) => Math.Abs(x - y) < 1e-6);
    }

    [Fact]
    public async Task Own_vectors_make_a_collection_of_their_length_and_of_no_model()
    {
        await UpsertAsync("own", """[{"id": "a", "vector": [0.1, 1e-7, -3]}]""");
        var collection = (await server.GetAsync("/collections/own")).Json;
        Assert.Equal((null, 3, 1), ((string?)collection["model"], (int)collection["dimensions"]!, (int)collection["documents"]!));
        Assert.Equal("""{"id":"a","vector":[0.1,1E-07,-3]}""", (await server.GetAsync("/collections/own/documents/a?include=text,vector")).Text);
    }

    [Fact]
    public async Task The_last_of_an_id_counts_and_a_replaced_document_is_found_by_what_it_says_now()
    {
        await UpsertAsync("twice", """[{"id": "a", "text": "cat"}, {"id": "b", "text": "car"}, {"id": "a", "text": "dog"}]""");
        Assert.Equal(2, (int)(await server.GetAsync("/collections/twice")).Json["documents"]!);
        await UpsertAsync("twice", """[{"id": "b", "text": "kitten"}]""");
        var found = (await server.PostAsync("""{"collection": "twice", "query": "kitten"}""", "/search")).Json["results"]!.AsArray();
        Assert.Equal(["b:kitten", "a:dog"], found.Select(result => $"{result!["id"]}:{result["text"]}"));
    }

    [Theory]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("a/b", "a/b")]
    [InlineData("a%2Fb", "a%252Fb")]
    [InlineData("100% çedilla & 東京", "100%25%20%C3%A7edilla%20%26%20%E6%9D%B1%E4%BA%AC")]
    [InlineData("list", "list")]
    [InlineData("a//b", "a%2F%2Fb")]
    public async Task Any_id_can_be_named_in_a_path(string id, string path)
    {
        await server.PostAsync(new { documents = new[] { new { id, vector = new[] { 1f } } } }, "/collections/paths/documents");
        Assert.Equal(id, (string)(await server.GetAsync($"/collections/paths/documents/{path}")).Json["id"]!);
        Assert.Equal(id, (string)(await server.DeleteAsync($"/collections/paths/documents/{path}")).Json["id"]!);
        (await server.GetAsync($"/collections/paths/documents/{path}")).AssertEnvelope(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Pages_go_through_all_documents_once()
    {
        await server.PostAsync(new { documents = Enumerable.Range(0, 25).Select(i => new { id = $"{i}", vector = new[] { 1f }, metadata = new { even = i % 2 == 0 } }) }, "/collections/pages/documents");
        var ids = new List<string>();
        for (var path = "/collections/pages/documents?limit=10"; path is not null;)
        {
            var page = (await server.GetAsync(path)).Json;
            ids.AddRange(page["data"]!.AsArray().Select(item => (string)item!["id"]!));
            path = page["next"] is { } next ? $"/collections/pages/documents?limit=10&after={next}" : null;
        }

        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"{i}"), ids);
        var even = (await server.PostAsync("""{"filter": {"even": true}, "limit": 5}""", "/collections/pages/documents/list")).Json;
        Assert.Equal(["0", "2", "4", "6", "8"], even["data"]!.AsArray().Select(item => (string)item!["id"]!));
        var some = (await server.PostAsync("""{"ids": ["3", "nobody", "1"]}""", "/collections/pages/documents/list")).Json;
        Assert.Equal(["3", "1"], some["data"]!.AsArray().Select(item => (string)item!["id"]!));
    }

    [Fact]
    public async Task Deleted_documents_are_found_no_more()
    {
        await UpsertAsync("gone", """[{"id": "a", "text": "cat", "metadata": {"old": true}}, {"id": "b", "text": "kitten"}, {"id": "c", "text": "dog", "metadata": {"old": true}}]""");
        Assert.Equal("""{"count":1}""", (await server.PostAsync("""{"ids": ["b", "nobody"]}""", "/collections/gone/documents/delete")).Text);
        Assert.Equal("""{"count":2}""", (await server.PostAsync("""{"filter": {"old": true}}""", "/collections/gone/documents/delete")).Text);
        Assert.Empty((await server.PostAsync("""{"collection": "gone", "query": "cat"}""", "/search")).Json["results"]!.AsArray());
        Assert.Equal("""{"count":0}""", (await server.PostAsync("{}", "/collections/gone/count")).Text);
        (await server.PostAsync("{}", "/collections/gone/documents/delete")).AssertEnvelope(HttpStatusCode.BadRequest);
        (await server.PostAsync("""{"ids": [], "filter": {}}""", "/collections/gone/documents/delete")).AssertEnvelope(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("{}", "'$.documents' is invalid")]
    [InlineData("""{"documents": []}""", "cannot be an empty array")]
    [InlineData("""{"documents": [{"text": "a"}, {"id": "b"}]}""", "Invalid 'documents[1]': a document needs a 'text' or a 'vector'")]
    [InlineData("""{"documents": [{"text": "a"}, {"text": ""}]}""", "'$.documents[1].text' is invalid: an empty string")]
    [InlineData("""{"documents": [{"text": 3}]}""", "Invalid type for 'documents[0].text'")]
    [InlineData("""{"documents": ["a", null]}""", "Invalid 'documents[1]'")]
    [InlineData("""{"documents": ["a", 5]}""", "Invalid type for 'documents[1]'")]
    [InlineData("""{"documents": [{"vector": [1, 2]}, {"vector": [1]}]}""", "Invalid 'documents[1].vector': it has 1 numbers, but vectors here have 2")]
    [InlineData("""{"documents": [{"vector": []}]}""", "Invalid 'documents[0].vector'")]
    [InlineData("""{"documents": [{"vector": [1, "2"]}]}""", "Invalid type for 'documents[0].vector[1]'")]
    [InlineData("""{"documents": [{"vector": [1e39]}]}""", "documents[0].vector[0]")]
    [InlineData("""{"documents": [{"id": "", "text": "a"}]}""", "Invalid 'documents[0].id': an id has 1 to 512 characters")]
    [InlineData("""{"documents": [{"id": 1.5, "text": "a"}]}""", "Invalid type for 'documents[0].id'")]
    [InlineData("""{"documents": [{"text": "a", "metadata": [1]}]}""", "Invalid type for 'documents[0].metadata': expected an object")]
    [InlineData("""{"documents": [{"text": "a", "metadata": {"k": {"n": 9007199254740993}}}]}""", "Invalid 'documents[0].metadata.k.n'")]
    [InlineData("""{"documents": [{"text": "a", "metadata": {"k": "\ud800"}}]}""", "surrogate")]
    public async Task What_is_wrong_is_named_and_nothing_is_kept(string body, string message)
    {
        var reply = (await server.PostAsync(body, "/collections/wrong/documents")).AssertEnvelope(HttpStatusCode.BadRequest);
        Assert.Contains(message, reply.Message, StringComparison.Ordinal);
        (await server.GetAsync("/collections/wrong")).AssertEnvelope(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Half_a_character_in_a_text_is_mended_and_too_many_documents_are_refused()
    {
        await UpsertAsync("mended", """[{"id": "a", "text": "cut \ud83d"}]""");
        Assert.Equal("cut �", (string)(await server.GetAsync("/collections/mended/documents/a")).Json["text"]!);
        var many = await server.PostAsync(new { documents = Enumerable.Range(0, 10_001).Select(i => new { vector = new[] { 1f } }) }, "/collections/many/documents");
        Assert.Contains("10001", many.AssertEnvelope(HttpStatusCode.BadRequest).Message, StringComparison.Ordinal);
    }

    private async Task<JsonNode> UpsertAsync(string collection, string documents)
    {
        var reply = await server.PostAsync($$"""{"documents": {{documents}}}""", $"/collections/{collection}/documents");
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        return reply.Json;
    }
}
