using System.Net;

namespace Embeddings.Api.Tests.Collections;

/// <summary>Documents deleted: no search, list or count has them any more.</summary>
public sealed class DeleteDocumentsTests(Server server) : IClassFixture<Server>
{
    private const string Documents = """[{"id": "a", "vector": [1, 2], "metadata": {"k": 1}}, {"id": "b", "vector": [1, 3]}, {"id": "c", "vector": [1, 4]}]""";

    [Fact]
    public async Task One_is_deleted_by_its_path_and_only_once()
    {
        await server.AddAsync("one", Documents);
        Assert.Equal("""{"object":"document.deleted","id":"b","deleted":true}""", (await server.DeleteAsync("/collections/one/documents/b")).Text);
        await AssertLeftAsync("one", "a", "c");
        var again = (await server.DeleteAsync("/collections/one/documents/b")).AssertEnvelope(HttpStatusCode.NotFound);
        Assert.Equal("document_not_found", again.Error["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Several_are_deleted_by_ids_and_counted()
    {
        await server.AddAsync("several", Documents);
        Assert.Equal("""{"count":2}""", (await server.PostAsync("""{"ids": ["a", "zz", "c", "a"]}""", "/collections/several/documents/delete")).Text);
        await AssertLeftAsync("several", "b");
        Assert.Equal("""{"count":0}""", (await server.PostAsync("""{"ids": []}""", "/collections/several/documents/delete")).Text);
        await AssertLeftAsync("several", "b");
    }

    [Fact]
    public async Task A_deleted_id_may_come_back()
    {
        await server.AddAsync("back", Documents);
        await server.DeleteAsync("/collections/back/documents/a");
        await server.AddAsync("back", """[{"id": "a", "vector": [9, 9]}]""");
        await AssertLeftAsync("back", "a", "b", "c");
        Assert.Empty((await server.PostAsync("""{"filter": {"k": 1}}""", "/collections/back/documents/list")).Ids("data"));
    }

    [Theory]
    [InlineData("{}", "Send either 'ids' or 'filter'", "ids")]
    [InlineData("""{"ids": null, "filter": null}""", "Send either 'ids' or 'filter'", "ids")]
    [InlineData("""{"ids": ["a"], "filter": {"k": 1}}""", "Send either 'ids' or 'filter'", "ids")]
    [InlineData("""{"ids": [null]}""", "Invalid type for 'ids[0]': expected a string or a whole number, but got null", "ids")]
    [InlineData("""{"ids": [{}]}""", "'ids[0]': expected a string", "ids")]
    [InlineData("""{"filter": {"k": {"$bad": 1}}}""", "'filter.k.$bad'", "filter")]
    [InlineData("", "JSON object", null)]
    [InlineData("null", "JSON object", null)]
    public async Task A_request_that_is_not_clear_deletes_nothing(string body, string part, string? param)
    {
        await server.AddAsync("kept", Documents);
        (await server.PostAsync(body, "/collections/kept/documents/delete")).AssertRefused(part, param);
        await AssertLeftAsync("kept", "a", "b", "c");
    }

    private async Task AssertLeftAsync(string collection, params string[] ids)
    {
        Assert.Equal(ids, (await server.GetAsync($"/collections/{collection}/documents")).Ids("data").Order());
        Assert.Equal(ids, (await server.PostAsync($$"""{"collection": "{{collection}}", "query": [1, 1]}""", "/search")).Ids().Order());
        Assert.Equal(
            ids.Length, (await server.GetAsync($"/collections/{collection}")).Json["documents"]!.GetValue<int>());
    }
}
