using System.Net;
using System.Text.Json;

namespace Embeddings.Api.Tests.Collections;

/// <summary>Documents fetched, listed page by page, and counted.</summary>
public sealed class ReadDocumentsTests(Server server) : IClassFixture<Server>, IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        await server.AddAsync("some", """[{"id": "a", "vector": [1, 2], "text": "A", "metadata": {"k": 1}}, {"id": "b", "vector": [3, 4], "text": "B"}, {"id": "c", "vector": [5, 6], "metadata": {"k": 2}}]""");
        await server.AddAsync("many", JsonSerializer.Serialize(Enumerable.Range(0, 250).Select(i => new { id = $"d{i}", vector = new[] { i, 1 }, metadata = new { even = i % 2 == 0 } })));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("", """{"id":"a","text":"A","metadata":{"k":1}}""")]
    [InlineData("?include=text", """{"id":"a","text":"A"}""")]
    [InlineData("?include=metadata", """{"id":"a","metadata":{"k":1}}""")]
    [InlineData("?include=vector", """{"id":"a","vector":[1,2]}""")]
    [InlineData("?include=vector,%20text,metadata", """{"id":"a","text":"A","metadata":{"k":1},"vector":[1,2]}""")]
    [InlineData("?include=", """{"id":"a"}""")]
    public async Task A_document_has_the_parts_that_were_asked_for(string query, string expected)
    {
        Assert.Equal(expected, (await server.GetAsync($"/collections/some/documents/a{query}")).Text);
        Assert.Equal(
            expected, (await server.GetAsync($"/collections/some/documents{query}")).Json["data"]![0]!.ToJsonString());
        if (query.StartsWith("?include=", StringComparison.Ordinal))
        {
            var include = JsonSerializer.Serialize(Uri.UnescapeDataString(query["?include=".Length..]).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            Assert.Equal(expected, (await server.PostAsync($$"""{"ids": ["a"], "include": {{include}}}""", "/collections/some/documents/list")).Json["data"]![0]!.ToJsonString());
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""{"even": true}""")]
    public async Task Pages_fit_together_without_gaps_or_doubles(string? filter)
    {
        var expected = Enumerable.Range(0, 250).Where(i => filter is null || i % 2 == 0).Select(i => $"d{i}").ToArray();
        foreach (var limit in new[] { 1, 7, 125, 250, 10_000 })
        {
            var (ids, after) = (new List<string>(), "null");
            do
            {
                var page = await server.PostAsync($$"""{"filter": {{filter ?? "null"}}, "limit": {{limit}}, "after": {{after}}}""", "/collections/many/documents/list");
                Assert.Equal("list", page.Json["object"]!.GetValue<string>());
                ids.AddRange(page.Ids("data"));
                after = page.Json["next"]?.ToJsonString() ?? "null";
            }
            while (after != "null");

            Assert.Equal(expected, ids);
        }
    }

    [Fact]
    public async Task A_page_has_a_hundred_unless_said_and_links_to_the_next()
    {
        var first = await server.GetAsync("/collections/many/documents");
        Assert.Equal(100, first.Ids("data").Length);
        var rest = await server.GetAsync($"/collections/many/documents?limit=1000&after={first.Json["next"]}");
        Assert.Equal(Enumerable.Range(100, 150).Select(i => $"d{i}"), rest.Ids("data"));
        Assert.Null(rest.Json["next"]);
        Assert.Empty((await server.GetAsync($"/collections/many/documents?after={long.MaxValue}")).Ids("data"));
    }

    [Fact]
    public async Task Ids_are_answered_in_their_order_without_those_that_nobody_has()
    {
        Assert.Equal(["c", "a"], (await server.PostAsync("""{"ids": ["c", "zz", "a"]}""", "/collections/some/documents/list")).Ids("data"));
        Assert.Empty((await server.PostAsync("""{"ids": []}""", "/collections/some/documents/list")).Ids("data"));
    }

    [Theory]
    [InlineData("""{"filter": {"k": {"$gte": 1}}}""", 2)]
    [InlineData("""{"filter": {}}""", 3)]
    [InlineData("{}", 3)]
    [InlineData(null, 3)]
    public async Task Count_counts(string? body, int expected) =>
        Assert.Equal($$"""{"count":{{expected}}}""", (await server.SendAsync(HttpMethod.Post, "/collections/some/count", body)).Text);

    [Fact]
    public async Task A_document_that_is_not_there_is_a_404()
    {
        var reply = (await server.GetAsync("/collections/some/documents/zz")).AssertEnvelope(HttpStatusCode.NotFound);
        Assert.Equal(
            ("id", "document_not_found"),
            (reply.Error["param"]!.GetValue<string>(), reply.Error["code"]!.GetValue<string>()));
        Assert.Equal("There is no document 'zz' in collection 'some'.", reply.Message);
    }

    [Theory]
    [InlineData("?limit=0", "'limit': 0 is not between 1 and 10000", "limit")]
    [InlineData("?limit=10001", "'limit': 10001 is not between", "limit")]
    [InlineData("?limit=many", "'limit': 'many' is not a whole number", "limit")]
    [InlineData("?after=1.5", "'after': '1.5' is not a whole number", "after")]
    [InlineData("?include=body", "Invalid value in 'include': body", "include")]
    [InlineData("/a?include=body", "Invalid value in 'include': body", "include")]
    public async Task A_wrong_query_is_a_400(string query, string part, string param) =>
        (await server.GetAsync($"/collections/some/documents{query}")).AssertRefused(part, param);

    [Theory]
    [InlineData("""{"ids": ["a"], "filter": {}}""", "Send either 'ids' or 'filter'", "ids")]
    [InlineData("""{"ids": ["a", null]}""", "Invalid type for 'ids[1]': expected a string or a whole number, but got null", "ids")]
    [InlineData("""{"ids": ["a", true]}""", "'ids[1]': expected a string", "ids")]
    [InlineData("""{"ids": "a"}""", "'ids'", "ids")]
    [InlineData("""{"limit": 0}""", "'limit': 0 is not between", "limit")]
    [InlineData("""{"limit": "5"}""", "'limit': expected a whole number", "limit")]
    [InlineData("""{"after": "5"}""", "'after'", "after")]
    [InlineData("""{"include": ["body"]}""", "Invalid value in 'include': body", "include")]
    [InlineData("", "JSON object", null)]
    public async Task A_wrong_list_is_a_400(string body, string part, string? param) =>
        (await server.PostAsync(body, "/collections/some/documents/list")).AssertRefused(part, param);

    [Fact]
    public async Task Too_many_ids_are_refused()
    {
        var ids = Enumerable.Range(0, 10_001).Select(i => $"{i}");
        (await server.PostAsync(new { ids }, "/collections/some/documents/list")).AssertRefused(
            "array with length 10001", "ids");
        (await server.PostAsync(new { ids }, "/collections/some/documents/delete")).AssertRefused(
            "array with length 10001", "ids");
    }
}
