using System.Net;

namespace Embeddings.Api.Tests.Pipeline;

/// <summary>Headers that clients read, on every reply.</summary>
public sealed class HeadersTests(Server server) : IClassFixture<Server>
{
    [Theory]
    [InlineData("/v1/models")]
    [InlineData("/nowhere")]
    [InlineData("/")]
    [InlineData("/health/live")]
    [InlineData("/swagger/v1/swagger.json")]
    public async Task Every_reply_has_a_request_id_and_its_milliseconds(string path)
    {
        var reply = await server.GetAsync(path);
        Assert.Matches("^req_[0-9a-f]{32}$", reply.Header("x-request-id"));
        Assert.True(
            long.Parse(reply.Header("openai-processing-ms")!, System.Globalization.CultureInfo.InvariantCulture) >= 0);
        Assert.NotEqual(reply.Header("x-request-id"), (await server.GetAsync(path)).Header("x-request-id"));
    }

    [Fact]
    public async Task Failures_have_them_too()
    {
        var reply = await server.PostAsync("{");
        Assert.NotNull(reply.Header("x-request-id"));
        Assert.NotNull(reply.Header("openai-processing-ms"));
        Assert.Equal("static-en-384", (await server.PostAsync(new { input = "a" })).Header("openai-model"));
    }

    [Theory]
    [InlineData("abc-123_X.y:z", true)]
    [InlineData("with space", false)]
    [InlineData("<script>", false)]
    public async Task A_callers_request_id_is_kept_if_it_looks_like_one(string id, bool kept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.TryAddWithoutValidation("x-request-id", id);
        var reply = await Server.ReadAsync(await server.Http.SendAsync(request, Server.Cancelled));
        Assert.Equal(kept, reply.Header("x-request-id") == id);
    }

    [Fact]
    public async Task A_browser_client_with_a_key_is_let_through()
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/v1/embeddings");
        preflight.Headers.Add("Origin", "http://localhost:3000");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add(
            "Access-Control-Request-Headers", "authorization,content-type,x-stainless-os,openai-organization,api-key");
        var reply = await Server.ReadAsync(await server.Http.SendAsync(preflight, Server.Cancelled));
        Assert.Equal(HttpStatusCode.NoContent, reply.Status);
        Assert.Equal("http://localhost:3000", reply.Header("Access-Control-Allow-Origin"));
        Assert.Contains(
            "authorization", reply.Header("Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
        Assert.Contains(
            "x-stainless-os", reply.Header("Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_browser_can_read_a_failure_and_the_request_id()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/embeddings") { Content = new StringContent("{") };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("Origin", "http://localhost:3000");
        var reply = (await Server.ReadAsync(await server.Http.SendAsync(request, Server.Cancelled))).AssertEnvelope(
            HttpStatusCode.BadRequest);
        Assert.Equal("http://localhost:3000", reply.Header("Access-Control-Allow-Origin"));
        Assert.Contains(
            "x-request-id", reply.Header("Access-Control-Expose-Headers"), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/v1/models")]
    public async Task Head_is_get_without_a_body(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(path, UriKind.Relative));
        var reply = await Server.ReadAsync(await server.Http.SendAsync(request, Server.Cancelled));
        Assert.Equal((HttpStatusCode.OK, ""), (reply.Status, reply.Text));
    }

    [Fact]
    public async Task A_web_page_can_read_that_its_body_was_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/embeddings", UriKind.Relative)) { Content = new StringContent("{}") };
        request.Headers.Add("Origin", "http://localhost:3000");
        request.Content.Headers.ContentEncoding.Add("zstd");
        var reply = (await Server.ReadAsync(await server.Http.SendAsync(request, Server.Cancelled))).AssertEnvelope(
            HttpStatusCode.UnsupportedMediaType);
        Assert.Equal("http://localhost:3000", reply.Header("Access-Control-Allow-Origin"));
    }
}
