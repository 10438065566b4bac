using System.Net;
using System.Text.Json;

namespace Embeddings.Api.Tests.Collections;

/// <summary>Any id reaches its document through the path, in a collection of any name.</summary>
public sealed class DocumentIdsTests(Server server) : IClassFixture<Server>
{
    public static TheoryData<string, string> Paths => new()
    {
        { "plain", "plain" },
        { "a/b/c", "a/b/c" },
        { "a/b", "a%2Fb" },
        { "a%2Fb", "a%252Fb" },
        { "a b+c", "a%20b+c" },
        { "a+b", "a%2Bb" },
        { "ä😀", "%C3%A4%F0%9F%98%80" },
        { "what?#[]&=", "what%3F%23%5B%5D%26%3D" },
        { "100%", "100%25" },
        { "a//b", "a//b" },
        { "a/", "a%2F" },
        { "/a", "%2Fa" },
        { "list", "list" },
        { "documents/x", "documents/x" },
        { "collections/c/documents/x", "collections/c/documents/x" },
        { "http://example.com/a?b=c", "http%3A%2F%2Fexample.com%2Fa%3Fb%3Dc" },
        { "\"quoted\"\\", "%22quoted%22%5C" },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task An_id_is_fetched_and_deleted_by_its_path(string id, string path)
    {
        foreach (var collection in new[] { "ids", "documents", "collections" })
        {
            await server.AddAsync(collection, JsonSerializer.Serialize(new object[] { new { id, vector = new[] { 1, 2 } }, new { id = "other", vector = new[] { 1, 2 } } }));
            var found = await server.GetAsync($"/collections/{collection}/documents/{path}");
            Assert.True(found.Status == HttpStatusCode.OK, found.Text);
            Assert.Equal(id, found.Json["id"]!.GetValue<string>());
            var deleted = await server.DeleteAsync($"/collections/{collection}/documents/{path}");
            Assert.Equal(
                (HttpStatusCode.OK, "document.deleted", id),
                (deleted.Status, deleted.Json["object"]!.GetValue<string>(), deleted.Json["id"]!.GetValue<string>()));
            Assert.Equal(
                HttpStatusCode.NotFound, (await server.GetAsync($"/collections/{collection}/documents/{path}")).Status);
            Assert.Equal(["other"], (await server.GetAsync($"/collections/{collection}/documents")).Ids("data"));
        }
    }

    // On its way a client or a server would make another path of it, of the collection itself perhaps.
    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/../b")]
    public async Task An_id_that_no_path_can_name_is_refused(string id) =>
        (await server.PostAsync(new { documents = new[] { new { id, vector = new[] { 1 } } } }, "/collections/dots/documents")).AssertRefused("no path can name", "documents");

    [Fact]
    public async Task Whole_numbers_are_ids_wherever_ids_are_named()
    {
        await server.AddAsync("numbers", """[{"id": 7, "vector": [1]}]""");
        Assert.Equal(["7"], (await server.PostAsync("""{"ids": [7]}""", "/collections/numbers/documents/list")).Ids("data"));
        Assert.Equal("""{"count":1}""", (await server.PostAsync("""{"ids": [7]}""", "/collections/numbers/documents/delete")).Text);
    }

    [Fact]
    public async Task Ids_are_told_apart_by_case_and_by_normalization()
    {
        string[] ids = ["é", "e\u0301", "E", "e"];
        await server.AddAsync("alike", JsonSerializer.Serialize(ids.Select(id => new { id, vector = new[] { 1 } })));
        Assert.Equal(ids, (await server.PostAsync(new { ids }, "/collections/alike/documents/list")).Ids("data"));
    }

    [Fact]
    public async Task Without_an_id_there_is_nothing_to_delete()
    {
        await server.AddAsync("kept", """[{"id": "a", "vector": [1]}]""");
        Assert.Contains(
            "Unknown route",
            (await server.DeleteAsync("/collections/kept/documents")).AssertEnvelope(HttpStatusCode.NotFound).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "Unknown route",
            (await server.DeleteAsync("/collections/kept/documents/")).AssertEnvelope(HttpStatusCode.NotFound).Message,
            StringComparison.Ordinal);
        Assert.Equal("""{"count":1}""", (await server.PostAsync("{}", "/collections/kept/count")).Text);
    }
}
