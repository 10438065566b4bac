using System.Net;
using System.Text;

namespace Embeddings.Api.Tests.Collections;

/// <summary>What holds for every route of search and collections: keys, methods, browsers, content types.</summary>
public sealed class CollectionRoutesTests(Server server) : IClassFixture<Server>, IAsyncLifetime
{
    public static TheoryData<string, string, string?> Routes => new()
    {
        { "POST", "/similarity", """{"sources": [[1, 2]]}""" },
        { "POST", "/search", """{"collection": "a", "query": [1, 2]}""" },
        { "GET", "/collections", null },
        { "PUT", "/collections/a", """{"dimensions": 2}""" },
        { "GET", "/collections/a", null },
        { "POST", "/collections/a/documents", """{"documents": [{"id": "b", "vector": [1, 2]}]}""" },
        { "GET", "/collections/a/documents", null },
        { "POST", "/collections/a/documents/list", "{}" },
        { "GET", "/collections/a/documents/b", null },
        { "POST", "/collections/a/documents/delete", """{"ids": ["zz"]}""" },
        { "POST", "/collections/a/count", null },
        { "POST", "/collections/a/import", """{"id": "c", "vector": [1, 2]}""" },
        { "GET", "/collections/a/export", null },
        { "POST", "/backup", null },
        { "DELETE", "/collections/a/documents/b", null },
        { "DELETE", "/collections/a", null },
    };

    public async ValueTask InitializeAsync() => await server.AddAsync("a", """[{"id": "b", "vector": [1, 2]}]""");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_route_answers_and_ids_of_requests_are_in_the_headers(string method, string path, string? body)
    {
        var reply = await server.SendAsync(new HttpMethod(method), path, body);
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        Assert.StartsWith("req_", reply.Header("x-request-id"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_route_needs_a_key_where_there_are_keys()
    {
        await using var locked = new Server(new() { ["Auth:ApiKeys:0"] = "secret" });
        foreach (var (method, path, body) in Routes.Select(row => row.Data))
        {
            locked.Http.DefaultRequestHeaders.Authorization = null;
            var refused = (await locked.SendAsync(new HttpMethod(method), path, body)).AssertEnvelope(
                HttpStatusCode.Unauthorized);
            Assert.Equal("invalid_api_key", refused.Error["code"]!.GetValue<string>());
            locked.Http.DefaultRequestHeaders.Authorization = new("Bearer", "secret");
            Assert.NotEqual(
                HttpStatusCode.Unauthorized, (await locked.SendAsync(new HttpMethod(method), path, body)).Status);
        }
    }

    [Theory]
    [InlineData("/collections")]
    [InlineData("/collections/a")]
    [InlineData("/collections/a/documents")]
    [InlineData("/collections/a/documents/b")]
    [InlineData("/collections/a/export")]
    public async Task Head_is_get_without_its_body(string path)
    {
        var reply = await server.SendAsync(HttpMethod.Head, path);
        Assert.Equal((HttpStatusCode.OK, ""), (reply.Status, reply.Text));
    }

    [Theory]
    [InlineData("GET", "/similarity", "POST")]
    [InlineData("GET", "/search", "POST")]
    [InlineData("PUT", "/search", "POST")]
    [InlineData("POST", "/collections", "GET")]
    [InlineData("POST", "/collections/a", "DELETE,GET,PUT")]
    [InlineData("PATCH", "/collections/a", "DELETE,GET,PUT")]
    [InlineData("GET", "/collections/a/count", "POST")]
    [InlineData("GET", "/collections/a/import", "POST")]
    [InlineData("POST", "/collections/a/export", "GET")]
    [InlineData("PUT", "/collections/a/documents/b", "DELETE,GET")]
    public async Task Another_method_is_a_405_that_lists_those_there_are(string method, string path, string allowed)
    {
        var reply = (await server.SendAsync(new HttpMethod(method), path, "{}")).AssertEnvelope(
            HttpStatusCode.MethodNotAllowed);
        Assert.Equal(allowed.Split(','), reply.Response.Content.Headers.Allow.Order());
    }

    [Theory]
    [InlineData("PUT", "/collections/a")]
    [InlineData("DELETE", "/collections/a")]
    [InlineData("DELETE", "/collections/a/documents/b")]
    [InlineData("POST", "/search")]
    [InlineData("POST", "/collections/a/import")]
    public async Task A_browser_is_told_that_it_may_put_and_delete(string method, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", "http://localhost:3000");
        request.Headers.Add("Access-Control-Request-Method", method);
        request.Headers.Add("Access-Control-Request-Headers", "authorization, content-type");
        var reply = await Server.ReadAsync(await server.Http.SendAsync(request, Server.Cancelled));
        Assert.Equal(
            (HttpStatusCode.NoContent, "http://localhost:3000", method),
            (reply.Status, reply.Header("Access-Control-Allow-Origin"), reply.Header("Access-Control-Allow-Methods")));
        Assert.Equal(
            "authorization,content-type",
            reply.Header("Access-Control-Allow-Headers")?.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/collections/a")).Status);
    }

    [Theory]
    [InlineData("/similarity")]
    [InlineData("/search")]
    [InlineData("/collections/a/documents")]
    [InlineData("/collections/a/documents/list")]
    [InlineData("/collections/a/import")]
    public async Task A_body_in_another_charset_is_a_415(string path)
    {
        using var content = new StringContent("{}", Encoding.UTF32, "application/json");
        (await Server.ReadAsync(await server.Http.PostAsync(new Uri(path, UriKind.Relative), content, Server.Cancelled))).AssertEnvelope(HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData("/similarity")]
    [InlineData("/search")]
    [InlineData("/collections/a/documents")]
    public async Task A_body_that_is_too_large_is_a_413(string path)
    {
        await using var small = new Server(new() { ["Limits:MaxBodyBytes"] = "2000" });
        (await small.PostAsync($$"""{"sources": "{{new string('x', 3000)}}"}""", path)).AssertEnvelope(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task A_word_in_lower_case_is_a_path_in_any_case_but_names_and_ids_are_not()
    {
        await server.AddAsync("a", """[{"id": "b", "vector": [1, 2]}]""");
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/Collections/a/Documents/b")).Status);
        (await server.GetAsync("/collections/A")).AssertEnvelope(HttpStatusCode.NotFound);
        (await server.GetAsync("/collections/a/documents/B")).AssertEnvelope(HttpStatusCode.NotFound);
    }
}
