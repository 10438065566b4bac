using System.Net;
using System.Text.Json;

namespace Embeddings.Api.Tests.Collections;

/// <summary>Documents that cannot be taken: the reply says which and why, and nothing of the request is kept.</summary>
public sealed class UpsertErrorsTests(Server server) : IClassFixture<Server>, IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        await server.AddAsync("own", """[{"id": "first", "vector": [1, 2]}]""");
        await server.AddAsync("texts", """[{"id": "first", "text": "first"}]""");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("""{}""", "'$.documents' is invalid: it is required", "documents")]
    [InlineData("""{"documents": null}""", "'$.documents' is invalid: it is required", "documents")]
    [InlineData("""{"documents": []}""", "'$.documents' is invalid: it cannot be an empty array", "documents")]
    [InlineData("""{"documents": {"id": "a"}}""", "'documents'", "documents")]
    [InlineData("""{"documents": "a"}""", "'documents'", "documents")]
    [InlineData("""[{"id": "a", "vector": [1, 2]}]""", "JSON object", null)]
    [InlineData("""{"documents": [{"id": "a", "vector": [1, 2]}], "model": 3}""", "'model': expected a string", "model")]
    [InlineData("""{"documents": [{"id": "a", "vector": [1, 2]}], "model": "static-en-384"}""", "leave 'model' out", "model")]
    [InlineData("", "JSON object", null)]
    public async Task A_wrong_request_is_a_400_that_says_where(string body, string part, string? param) =>
        (await server.PostAsync(body, "/collections/own/documents")).AssertRefused(part, param);

    [Theory]
    [InlineData("null", "'documents[1]': a document needs a 'text' or a 'vector'")]
    [InlineData("3", "'documents[1]': expected an object with a 'text' or a 'vector', but got a number")]
    [InlineData("[1, 2]", "'documents[1]': expected an object with a 'text' or a 'vector', but got an array")]
    [InlineData("{}", "'documents[1]': a document needs a 'text' or a 'vector'")]
    [InlineData("""{"id": "a"}""", "'documents[1]': a document needs a 'text' or a 'vector'")]
    [InlineData("""{"id": "a", "text": null, "vector": null}""", "'documents[1]': a document needs a 'text' or a 'vector'")]
    [InlineData("""{"id": "a", "vector": [1]}""", "'documents[1].vector': it has 1 numbers, but vectors here have 2")]
    [InlineData("""{"id": "a", "vector": [1, 2, 3]}""", "'documents[1].vector': it has 3 numbers, but vectors here have 2")]
    [InlineData("""{"id": "a", "vector": []}""", "'documents[1].vector': a vector has 1 to 65536 numbers, and this one has 0")]
    [InlineData("""{"id": "a", "vector": 3}""", "'documents[1].vector': expected an array of numbers, but got a number")]
    [InlineData("""{"id": "a", "vector": "AAAA"}""", "'documents[1].vector': expected an array of numbers, but got a string")]
    [InlineData("""{"id": "a", "vector": [1, "2"]}""", "'documents[1].vector[1]': expected a number")]
    [InlineData("""{"id": "a", "vector": [1, null]}""", "'documents[1].vector[1]': expected a number")]
    [InlineData("""{"id": "a", "vector": [1, 1e400]}""", "'documents[1].vector[1]': expected a number that a 32-bit float can hold")]
    [InlineData("""{"id": "a", "vector": [1, 1e16]}""", "'documents[1].vector[1]': 1E+16 is beyond")]
    [InlineData("""{"id": "a", "vector": [1, NaN]}""", "could not parse the JSON body")]
    [InlineData("""{"id": "a", "vector": [1, Infinity]}""", "could not parse the JSON body")]
    [InlineData("""{"id": "", "vector": [1, 2]}""", "'documents[1].id': an id has 1 to 512 characters, and this one has 0")]
    [InlineData("""{"id": 1.5, "vector": [1, 2]}""", "'documents[1].id': a number that is an id is a whole one of 64 bits. Send this one as a string.")]
    [InlineData("""{"id": 18446744073709551616, "vector": [1, 2]}""", "'documents[1].id': a number that is an id is a whole one of 64 bits. Send this one as a string.")]
    [InlineData("""{"id": "a\ud83d", "vector": [1, 2]}""", "'documents[1].id': it has half of a surrogate pair, which is no character")]
    [InlineData("""{"id": "a\u0000", "vector": [1, 2]}""", "'documents[1].id': an id cannot have the character U+0000")]
    [InlineData("""{"id": "a/../b", "vector": [1, 2]}""", "'documents[1].id': an id cannot be 'a/../b'")]
    [InlineData("""{"id": true, "vector": [1, 2]}""", "'documents[1].id': expected a string or a whole number, but got a boolean")]
    [InlineData("""{"id": "a", "text": 3, "vector": [1, 2]}""", "'documents[1].text': expected a string, but got a number")]
    [InlineData("""{"id": "a", "vector": [1, 2], "metadata": []}""", "'documents[1].metadata': expected an object, but got an array")]
    [InlineData("""{"id": "a", "vector": [1, 2], "metadata": "x"}""", "'documents[1].metadata': expected an object, but got a string")]
    [InlineData("""{"id": "a", "vector": [1, 2], "metadata": {"n": 18446744073709551617}}""", "'documents[1].metadata.n': 18446744073709551617 cannot be kept exactly")]
    [InlineData("""{"id": "a", "vector": [1, 2], "metadata": {"a": {"b": [1, -9223372036854775809]}}}""", "'documents[1].metadata.a.b[1]': -9223372036854775809 cannot be kept exactly")]
    [InlineData("""{"id": "a", "vector": [1, 2], "metadata": {"n": 1e400}}""", "'documents[1].metadata.n': 1e400 cannot be kept exactly")]
    [InlineData("""{"id": "a", "text": "hello"}""", "texts cannot be embedded for it")]
    public async Task One_wrong_document_keeps_all_out(string document, string part)
    {
        var body = $$"""{"documents": [{"id": "good", "vector": [3, 4]}, {{document}}, {"id": "first", "vector": [5, 6]}]}""";
        var reply = (await server.PostAsync(body, "/collections/own/documents")).AssertEnvelope(
            HttpStatusCode.BadRequest);
        Assert.Contains(part, reply.Message, StringComparison.Ordinal);
        Assert.True(reply.Error["param"]?.GetValue<string>() is null or "documents");
        Assert.Equal("""{"object":"list","data":[{"id":"first","vector":[1,2]}],"next":null}""", (await server.GetAsync("/collections/own/documents?include=vector")).Text);

        // The first documents of a collection do not leave it behind empty.
        (await server.PostAsync(body, "/collections/never/documents")).AssertEnvelope(HttpStatusCode.BadRequest);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/collections/never")).Status);
    }

    [Theory]
    [InlineData("""{"id": "a", "text": ""}""", "'$.documents[1].text' is invalid: an empty string cannot be embedded")]
    [InlineData("\"\"", "'$.documents[1].text' is invalid: an empty string cannot be embedded")]
    [InlineData("""{"id": "a", "vector": [1, 2]}""", "'documents[1].vector': it has 2 numbers, but vectors here have 384")]
    public async Task One_wrong_document_among_texts_keeps_all_out(string document, string part)
    {
        (await server.PostAsync($$"""{"documents": ["good", {{document}}]}""", "/collections/texts/documents")).AssertRefused(part, "documents");
        Assert.Equal(["first"], (await server.GetAsync("/collections/texts/documents")).Ids("data"));
    }

    [Fact]
    public async Task One_document_too_many_is_refused_and_told_of_import()
    {
        var documents = string.Join(',', Enumerable.Repeat("""{"vector": [1, 2]}""", 10_001));
        var reply = await server.PostAsync($$"""{"documents": [{{documents}}]}""", "/collections/own/documents");
        reply.AssertRefused(
            "maximum length 10000, but got an array with length 10001 instead. Import takes any number.", "documents");
    }

    [Fact]
    public async Task An_id_has_up_to_512_characters()
    {
        await server.AddAsync(
            "long", JsonSerializer.Serialize(new[] { new { id = new string('ä', 512), vector = new[] { 1 } } }));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync($"/collections/long/documents/{string.Concat(Enumerable.Repeat("%C3%A4", 512))}")).Status);
        var reply = await server.PostAsync(
            new { documents = new[] { new { id = new string('a', 513), vector = new[] { 1 } } } },
            "/collections/long/documents");
        reply.AssertRefused("'documents[0].id': an id has 1 to 512 characters, and this one has 513", "documents");
    }

    [Fact]
    public async Task Another_models_vectors_are_refused()
    {
        (await server.PostAsync("""{"documents": ["a"], "model": "static-en-384"}""", "/collections/own/documents")).AssertRefused("leave 'model' out", "model");
        var unknown = await server.PostAsync("""{"documents": ["a"], "model": "nobodys"}""", "/collections/own/documents");
        Assert.Equal(
            "model_not_found", unknown.AssertEnvelope(HttpStatusCode.NotFound).Error["code"]!.GetValue<string>());
    }
}
