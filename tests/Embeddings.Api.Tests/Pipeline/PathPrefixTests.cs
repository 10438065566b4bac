using System.Net;

namespace Embeddings.Api.Tests.Pipeline;

/// <summary>
/// A server that a gateway shows below a path, whether the gateway leaves that path in the requests or takes it away.
/// </summary>
public sealed class PathPrefixTests
{
    // The setting, the header X-Forwarded-Prefix, what stands before the paths of requests, and what stands before the
    // links of replies.
    public static TheoryData<string, string?, string, string> Prefixes => new()
    {
        { "", null, "", "" },
        { "/vectors", null, "/vectors", "/vectors" },
        { "/vectors", null, "", "/vectors" },
        { "", "/vectors", "", "/vectors" },
        { "/a/b", "/a/b/", "/a/b", "/a/b" },
        { "", "/a, /b", "", "/a/b" },
        { "/vectors", "/other", "/vectors", "/other" },
        // Prefixes must not make links to other servers, nor scripts in a page.
        { "", "//stranger.example", "", "" },
        { "", "https://stranger.example", "", "" },
        { "", "/a/../b", "", "" },
        { "", "/a?b", "", "" },
        { "", "/\"><script>alert(1)</script>", "", "" },
        { "", "/a%0d%0aSet-Cookie:b", "", "" },
        { "", "/javascript:alert(1)", "", "" },
        { "", "/\\stranger.example", "", "" },
    };

    [Theory]
    [MemberData(nameof(Prefixes))]
    public async Task Links_lead_through_the_gateway(string setting, string? header, string sent, string shown)
    {
        await using var server = new Server(new() { ["Http:PathPrefix"] = setting });
        if (header is not null)
        {
            server.Http.DefaultRequestHeaders.Add("X-Forwarded-Prefix", header);
        }

        var made = await server.PutAsync($"{sent}/collections/a", """{"dimensions": 2}""");
        Assert.Equal(
            (HttpStatusCode.Created, $"{shown}/collections/a"),
            (made.Status, made.Response.Headers.Location?.OriginalString));
        Assert.Equal(
            "static-en-384",
            (await server.PostAsync(new { input = "a" }, $"{sent}/v1/embeddings")).Json["model"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("""{"documents": [{"id": "x/y", "vector": [1, 2]}]}""", $"{sent}/collections/a/documents")).Status);
        Assert.Equal(
            "x/y", (await server.GetAsync($"{sent}/collections/a/documents/x%2Fy")).Json["id"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health")).Status);

        var page = (await server.GetAsync(sent.Length > 0 ? sent : "/")).Text;
        Assert.Contains($"href=\"{shown}/swagger\"", page, StringComparison.Ordinal);
        Assert.Contains($"{server.Http.BaseAddress!.Authority}{shown}/v1/embeddings", page, StringComparison.Ordinal);
        var document = (await server.GetAsync($"{sent}/swagger/v1/swagger.json")).Json;
        Assert.Equal(shown.Length > 0 ? shown : null, document["servers"]?[0]!["url"]!.GetValue<string>());
        Assert.Contains(
            "swagger-ui", (await server.GetAsync($"{sent}/swagger/index.html")).Text, StringComparison.Ordinal);
    }

    // A gateway that denies /collections and passes on its clients' headers.
    [Theory]
    [InlineData("/x/collections/secret/export")]
    [InlineData("/x/search")]
    [InlineData("/openai/collections/secret/export")]
    [InlineData("/openai/v1/v1/collections/secret/export")]
    [InlineData("/v1/collections/secret/export")]
    public async Task No_header_and_no_other_path_of_openai_leads_to_a_route_that_is_this_servers_own(string path)
    {
        await using var server = new Server();
        await server.AddAsync("secret", """[{"id": "a", "vector": [1]}]""");
        server.Http.DefaultRequestHeaders.Add("X-Forwarded-Prefix", "/x");
        (await server.GetAsync(path)).AssertEnvelope(HttpStatusCode.NotFound);
        Assert.Equal(HttpStatusCode.NotFound, (await server.PostAsync("""{"collection": "secret", "query": [1]}""", path)).Status);
    }

    [Fact]
    public async Task A_path_that_only_begins_with_the_same_letters_is_not_below_the_prefix()
    {
        await using var server = new Server(new() { ["Http:PathPrefix"] = "/v" });
        Assert.Equal("list", (await server.GetAsync("/v1/models")).Json["object"]!.GetValue<string>());
        Assert.Equal("list", (await server.GetAsync("/v/v1/models")).Json["object"]!.GetValue<string>());
    }
}
