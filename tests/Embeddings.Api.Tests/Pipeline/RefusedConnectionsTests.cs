using System.Net;

namespace Embeddings.Api.Tests.Pipeline;

/// <summary>What is refused before it is a request.</summary>
public sealed class RefusedConnectionsTests(Server server) : IClassFixture<Server>
{
    [Theory]
    [InlineData("GET", "/collections/a%00b/documents/x", "", HttpStatusCode.BadRequest, "U+0000")]
    [InlineData("DELETE", "/collections/a/documents/%00", "", HttpStatusCode.BadRequest, "U+0000")]
    [InlineData("GET", "no path", "", HttpStatusCode.BadRequest, "no request of HTTP")]
    [InlineData("GET", "/v1/models HTTP/9.9\r\nX:", "", HttpStatusCode.HttpVersionNotSupported, "HTTP/1.1 and HTTP/2")]
    [InlineData("GET", "/health", "no header\r\n", HttpStatusCode.BadRequest, "no request of HTTP")]
    [InlineData("GET", "/health", "Host: another\r\n", HttpStatusCode.BadRequest, "no request of HTTP")]
    [InlineData("POST", "/v1/embeddings", "Content-Length: x\r\n", HttpStatusCode.BadRequest, "no request of HTTP")]
    public async Task A_broken_request_has_the_envelope(
        string method, string target, string headers, HttpStatusCode status, string part)
    {
        var reply = (await RawHttp.SendAsync(server, method, target, headers)).AssertEnvelope(status);
        Assert.Contains(part, reply.Message, StringComparison.Ordinal);
        Assert.Equal(reply.Response.Content.Headers.ContentLength, System.Text.Encoding.UTF8.GetByteCount(reply.Text));
    }

    [Fact]
    public async Task What_is_too_long_has_the_envelope()
    {
        (await RawHttp.SendAsync(server, "GET", "/health", $"X: {new string('x', 40_000)}\r\n")).AssertEnvelope(
            HttpStatusCode.RequestHeaderFieldsTooLarge);
        (await RawHttp.SendAsync(server, "GET", "/" + new string('x', 10_000))).AssertEnvelope(
            HttpStatusCode.RequestUriTooLong);
        (await RawHttp.SendAsync(server, "GET", "/health", "X: y\r\n")).Response.EnsureSuccessStatusCode();
    }
}
