using System.Net;
using System.Text.Json;

namespace Embeddings.Api.Tests.Collections;

/// <summary>A collection that nobody made is made by its first documents.</summary>
public sealed class FirstUseTests(Server server) : IClassFixture<Server>
{
    [Theory]
    [InlineData("texts", """{"documents": ["a"]}""", "static-en-384", 384)]
    [InlineData("named", """{"documents": ["a"], "model": "text-embedding-3-small"}""", "static-en-384", 384)]
    [InlineData("vectors", """{"documents": [{"vector": [1, 2, 3]}]}""", null, 3)]
    [InlineData("vectors-with-texts", """{"documents": [{"text": "a", "vector": [1, 2, 3]}]}""", null, 3)]
    public async Task It_gets_the_default_model_unless_all_bring_vectors(
        string name, string body, string? model, int dimensions)
    {
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(body, $"/collections/{name}/documents")).Status);
        var made = (await server.GetAsync($"/collections/{name}")).Json;
        Assert.Equal((model, dimensions, "cosine"), (made["model"]?.GetValue<string>(), made["dimensions"]!.GetValue<int>(), made["metric"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Vectors_of_a_named_model_make_a_collection_of_that_model()
    {
        var vector = await server.EmbedAsync("The cat sits outside");
        var body = $$"""{"documents": [{"id": "cat", "vector": {{JsonSerializer.Serialize(vector)}}}], "model": "static-en-384"}""";
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(body, "/collections/brought/documents")).Status);
        Assert.Equal(1, (await server.PostAsync(new { collection = "brought", query = "The cat sits outside" }, "/search")).Scores()[0], Arithmetic.Rounding);
        (await server.PostAsync("""{"documents": [{"vector": [1, 2]}], "model": "static-en-384"}""", "/collections/brought-short/documents"))
            .AssertRefused("'documents[0].vector': it has 2 numbers, but vectors here have 384", "documents");
    }

    [Fact]
    public async Task An_import_makes_it_in_the_same_way()
    {
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("{\"vector\": [1, 2]}\n{\"vector\": [3, 4]}\n", "/collections/imported/import")).Status);
        Assert.Equal(2, (await server.GetAsync("/collections/imported")).Json["dimensions"]!.GetValue<int>());
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("\"a text\"", "/collections/imported-texts/import?model=text-embedding-3-small")).Status);
        Assert.Equal(
            "static-en-384", (await server.GetAsync("/collections/imported-texts")).Json["model"]!.GetValue<string>());
    }

    [Fact]
    public async Task Many_first_requests_at_once_make_one()
    {
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => server.AddAsync("rush", $$"""[{"id": {{i}}, "vector": [{{i}}, 1]}]""")));
        Assert.Equal(30, (await server.GetAsync("/collections/rush")).Json["documents"]!.GetValue<int>());
    }
}
