using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests.Collections;

/// <summary>Documents as they go in and come out again.</summary>
public sealed class UpsertTests(Server server) : IClassFixture<Server>
{
    [Fact]
    public async Task A_text_is_embedded_as_the_openai_route_does_it()
    {
        var reply = await server.AddAsync("texts", """[{"id": "cat", "text": "The cat sits outside"}, {"id": "dog", "text": "A dog barks loudly"}]""");
        Assert.Equal(
            ["object", "collection", "ids", "model", "usage"], reply.Json.AsObject().Select(field => field.Key));
        Assert.Equal(
            ("texts", "static-en-384"),
            (reply.Json["collection"]!.GetValue<string>(), reply.Json["model"]!.GetValue<string>()));
        var usage = (await server.PostAsync(new { input = new[] { "The cat sits outside", "A dog barks loudly" } })).Json["usage"]!;
        Assert.Equal(usage.ToJsonString(), reply.Json["usage"]!.ToJsonString());
        var cat = await server.GetAsync("/collections/texts/documents/cat?include=vector,text");
        Assert.Equal(await server.EmbedAsync("The cat sits outside"), Reply.VectorOf(cat.Json));
        Assert.Equal("The cat sits outside", cat.Json["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task Shortened_dimensions_hold_for_texts_too()
    {
        await server.PutAsync("/collections/short", """{"model": "static-en-384", "dimensions": 64}""");
        await server.AddAsync("short", """[{"id": "cat", "text": "The cat sits outside"}]""");
        var expected = (await server.PostAsync(new { input = "The cat sits outside", dimensions = 64 })).Vector();
        Assert.Equal(
            expected, Reply.VectorOf((await server.GetAsync("/collections/short/documents/cat?include=vector")).Json));
        Assert.Equal(1, (await server.PostAsync(new { collection = "short", query = "The cat sits outside" }, "/search")).Scores()[0], Arithmetic.Rounding);
    }

    [Fact]
    public async Task A_text_beside_its_own_vector_is_kept_and_not_embedded()
    {
        var vector = Enumerable.Range(0, 384).Select(i => i / 7f).ToArray();
        var reply = await server.AddAsync("both", $$"""[{"id": "a", "text": "hello", "vector": {{JsonSerializer.Serialize(vector)}}}, {"id": "b", "text": "hello"}]""");
        Assert.Equal(
            (await server.PostAsync(new { input = "hello" })).Json["usage"]!.ToJsonString(),
            reply.Json["usage"]!.ToJsonString());
        var document = (await server.GetAsync("/collections/both/documents/a?include=text,vector")).Json;
        Assert.Equal(vector, Reply.VectorOf(document));
        Assert.Equal("hello", document["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_id_may_be_a_string_a_whole_number_or_made()
    {
        var reply = await server.AddAsync("ids", """[{"id": "x y/z", "vector": [1]}, {"id": 42, "vector": [2]}, {"id": -9223372036854775808, "vector": [3]}, {"vector": [4]}, {"id": null, "vector": [5]}]""");
        var ids = reply.Json["ids"]!.AsArray().Select(id => id!.GetValue<string>()).ToArray();
        Assert.Equal(["x y/z", "42", "-9223372036854775808"], ids[..3]);
        Assert.True(Guid.TryParse(ids[3], out _) && Guid.TryParse(ids[4], out _) && ids[3] != ids[4]);
        Assert.Equal(ids, (await server.GetAsync("/collections/ids/documents")).Ids("data"));
        Assert.Equal("[4]", (await server.GetAsync($"/collections/ids/documents/{ids[3]}?include=vector")).Json["vector"]!.ToJsonString());
    }

    [Fact]
    public async Task A_document_is_replaced_as_a_whole()
    {
        await server.AddAsync("replaced", """[{"id": "a", "text": "old", "vector": [1, 2], "metadata": {"k": 1}}, {"id": "b", "vector": [3, 4]}]""");
        await server.AddAsync("replaced", """[{"id": "a", "vector": [5, 6]}]""");
        Assert.Equal("""{"id":"a","vector":[5,6]}""", (await server.GetAsync("/collections/replaced/documents/a?include=text,metadata,vector")).Text);
        Assert.Equal(2, (await server.GetAsync("/collections/replaced")).Json["documents"]!.GetValue<int>());
        Assert.Empty((await server.PostAsync("""{"filter": {"k": 1}}""", "/collections/replaced/documents/list")).Ids("data"));
    }

    [Fact]
    public async Task Of_an_id_that_occurs_twice_the_last_counts()
    {
        var reply = await server.AddAsync("twice", """[{"id": "a", "vector": [1, 2]}, {"id": "b", "vector": [0, 1]}, {"id": "a", "vector": [3, 4]}]""");
        Assert.Equal("""["a","b","a"]""", reply.Json["ids"]!.ToJsonString());
        Assert.Equal(
            "[3,4]",
            (await server.GetAsync("/collections/twice/documents/a?include=vector")).Json["vector"]!.ToJsonString());
        Assert.Equal("""{"count":2}""", (await server.PostAsync("{}", "/collections/twice/count")).Text);
    }

    [Theory]
    [InlineData("""{"a":1,"b":1.50,"c":1e2,"d":-0,"e":9007199254740992,"f":0.1234567890123456789}""")]
    [InlineData("""{"z":null,"a":[1,"x",[true]],"deep":{"er":{"x":{}}},"":"empty","ä":"ö"}""")]
    [InlineData("""{"quote":"\"","line":"\n","html":"<b>&'</b>","slash":"\\"}""")]
    [InlineData("{}")]
    public async Task Metadata_comes_back_as_it_was(string metadata)
    {
        await server.AddAsync("metadata", $$"""[{"id": "a", "vector": [1], "metadata": {{metadata}} }]""");
        var back = (await server.GetAsync("/collections/metadata/documents/a")).Json["metadata"]!;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(metadata), back), back.ToJsonString());
        Assert.Contains(
            metadata, (await server.GetAsync("/collections/metadata/documents/a")).Text, StringComparison.Ordinal);
        Assert.Contains(metadata, (await server.PostAsync("""{"collection": "metadata", "query": [1]}""", "/search")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_a_surrogate_pair_in_a_text_or_in_metadata_becomes_the_replacement_character()
    {
        await server.AddAsync("halves", """[{"id": "a", "text": "b\udc00", "vector": [1], "metadata": {"c\ud800": ["d\ud83d", "\ud83d\ude00"]}}]""");
        var document = (await server.GetAsync("/collections/halves/documents/a")).Json;
        Assert.Equal("b\uFFFD", document["text"]!.GetValue<string>());
        Assert.Equal(
            ["d\uFFFD", "😀"], document["metadata"]!["c\uFFFD"]!.AsArray().Select(item => item!.GetValue<string>()));
        Assert.Equal("""{"count":1}""", (await server.PostAsync("{\"filter\": {\"c\uFFFD\": \"d\uFFFD\"}}", "/collections/halves/count")).Text);
    }

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("18446744073709551615")]
    [InlineData("-9223372036854775808")]
    public async Task A_whole_number_of_64_bits_may_be_an_id(string id)
    {
        await server.AddAsync("numbered", $$"""[{"id": {{id}}, "vector": [1]}]""");
        Assert.Equal(
            id, (await server.GetAsync($"/collections/numbered/documents/{id}")).Json["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task As_many_documents_as_the_limit_is_are_taken_at_once()
    {
        var documents = string.Join(',', Enumerable.Range(0, 10_000).Select(i => $$"""{"id": {{i}}, "vector": [{{i}}, 10000]}"""));
        var reply = await server.AddAsync("full", $"[{documents}]");
        Assert.Equal(10_000, reply.Json["ids"]!.AsArray().Count);
        Assert.Equal(["9999"], (await server.PostAsync("""{"collection": "full", "query": [1, 0], "top_k": 1}""", "/search")).Ids());
    }

    [Fact]
    public async Task Writes_from_many_requests_are_all_kept()
    {
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => server.AddAsync("crowd", $$"""[{"id": {{i}}, "vector": [{{i}}, 1]}, {"id": "shared", "vector": [{{i}}, 2]}]""")));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/collections/crowd")).Status);
        Assert.Equal("""{"count":101}""", (await server.PostAsync("{}", "/collections/crowd/count")).Text);
    }
}
