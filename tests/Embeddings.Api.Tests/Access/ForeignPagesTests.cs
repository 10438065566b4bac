using System.Net;
using System.Text;

namespace Embeddings.Api.Tests.Access;

/// <summary>What a web page can make its reader's browser send to a server without keys.</summary>
public sealed class ForeignPagesTests
{
    private const string Everything = """{"filter": {}}""";

    // Host, Origin and Sec-Fetch-Site of a request; "own" is the address that the server listens on.
    public static TheoryData<string, string?, string?, bool> Changes => new()
    {
        // Programs send no origin.
        { "own", null, null, true },
        { "localhost:8080", null, null, true },
        { "embeddings", null, null, true },
        // Pages of this server, also behind a gateway that ends TLS, and of this machine.
        { "own", "own", "same-origin", true },
        { "embeddings", "https://embeddings", null, true },
        { "10.1.2.3:8080", "http://10.1.2.3:8080", null, true },
        { "own", "http://localhost:3000", "same-site", true },
        { "own", "https://127.0.0.1:3000", null, true },
        { "own", "http://[::1]", null, true },
        // Pages of strangers, of files, and of browsers that name no origin.
        { "own", "https://stranger.example", "cross-site", false },
        { "own", "http://localhost.stranger.example", null, false },
        { "own", "http://10.1.2.3:8080", null, false },
        { "embeddings", "http://embeddings:3000", null, false },
        { "own", "null", null, false },
        { "own", null, "cross-site", false },
        // A stranger's name that points here for a moment: the page's origin is the host.
        { "stranger.example", "http://stranger.example", "same-origin", false },
        { "stranger.example:8080", "http://stranger.example:8080", null, false },
        { "localhost.stranger.example", "http://localhost.stranger.example", null, false },
        // A server that only this machine reaches has only the names of this machine, for programs too.
        { "stranger.example", null, null, false },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_page_of_a_stranger_changes_nothing(string host, string? origin, string? site, bool allowed)
    {
        await using var server = new Server();
        await server.AddAsync("kept", """[{"id": "a", "vector": [1, 2]}]""");
        var reply = await SendAsync(
            server, HttpMethod.Post, "/collections/kept/documents/delete", host, origin, site, Everything);
        if (!allowed)
        {
            reply.AssertEnvelope(HttpStatusCode.Forbidden);
            Assert.Equal("foreign_page", reply.Error["code"]!.GetValue<string>());
            Assert.Matches("Cors:(Origins|Hosts).*Auth:ApiKeys", reply.Message);
        }

        Assert.Equal(
            (allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, allowed ? 0 : 1),
            (reply.Status, await CountAsync(server)));
    }

    [Theory]
    [InlineData("DELETE", "/collections/kept")]
    [InlineData("DELETE", "/collections/kept/documents/a")]
    [InlineData("PUT", "/collections/new")]
    [InlineData("POST", "/collections/new/import")]
    [InlineData("POST", "/v1/embeddings")]
    [InlineData("PATCH", "/nowhere")]
    public async Task Every_method_that_may_change_something_is_refused(string method, string path)
    {
        await using var server = new Server();
        (await SendAsync(server, new HttpMethod(method), path, "own", "https://stranger.example", null, "{}")).AssertEnvelope(HttpStatusCode.Forbidden);
        Assert.Equal("[]", (await server.GetAsync("/collections")).Json["data"]!.ToJsonString());
    }

    [Fact]
    public async Task A_strangers_page_reads_nothing_either()
    {
        await using var server = new Server();
        // A browser shows a reply only to pages that it names.
        var reply = await SendAsync(
            server, HttpMethod.Get, "/collections", "own", "https://stranger.example", "cross-site");
        Assert.Equal((HttpStatusCode.OK, null), (reply.Status, reply.Header("Access-Control-Allow-Origin")));
        (await SendAsync(server, HttpMethod.Get, "/collections", "stranger.example", null, null)).AssertEnvelope(
            HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_server_that_others_reach_has_a_name_for_programs_that_it_does_not_know_itself()
    {
        await using var server = new Server(new() { ["urls"] = "http://0.0.0.0:0;http://127.0.0.1:0" });
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(server, HttpMethod.Post, "/v1/embeddings", "gateway.example", null, null, """{"input": "a"}""")).Status);
        (await SendAsync(server, HttpMethod.Post, "/v1/embeddings", "gateway.example", "http://gateway.example", null, "{}")).AssertEnvelope(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Origins_and_names_that_are_set_are_let_through()
    {
        await using var server = new Server(
            new() { ["Cors:Origins"] = "https://app.example", ["Cors:Hosts"] = "embeddings.example" });
        foreach (var (host, origin, status) in new[]
        {
            ("own", "https://app.example", HttpStatusCode.OK), ("embeddings.example", "https://app.example", HttpStatusCode.OK),
            ("embeddings.example", "https://embeddings.example", HttpStatusCode.OK), ("own", "http://localhost:3000", HttpStatusCode.Forbidden),
        })
        {
            Assert.Equal(status, (await SendAsync(server, HttpMethod.Post, "/v1/embeddings", host, origin, null, """{"input": "a"}""")).Status);
        }
    }

    [Theory]
    [InlineData("Cors:Origins", "*")]
    [InlineData("Auth:ApiKeys", "secret")]
    public async Task Where_all_pages_may_call_or_keys_are_asked_for_origins_are_not_looked_at(
        string setting, string value)
    {
        await using var server = new Server(new() { [setting] = value });
        server.Http.DefaultRequestHeaders.Authorization = new("Bearer", "secret");
        var reply = await SendAsync(server, HttpMethod.Post, "/v1/embeddings", "stranger.example", "http://stranger.example", null, """{"input": "a"}""");
        Assert.Equal(HttpStatusCode.OK, reply.Status);
    }

    private static async Task<Reply> SendAsync(
        Server server, HttpMethod method, string path, string host, string? origin, string? site, string? json = null)
    {
        var own = server.Http.BaseAddress!;
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Host = host == "own" ? own.Authority : host;
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin == "own" ? own.GetLeftPart(UriPartial.Authority) : origin);
        }

        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
        }

        // The content type of a form, which a browser sends to anybody without asking.
        request.Content = json is null ? null : new StringContent(
            json, Encoding.UTF8, "application/x-www-form-urlencoded");
        return await Server.ReadAsync(await server.Http.SendAsync(request, Server.Cancelled));
    }

    private static async Task<int> CountAsync(Server server) =>
        (await server.PostAsync("{}", "/collections/kept/count")).Json["count"]!.GetValue<int>();
}
