using System.Net;
using System.Net.Sockets;
using System.Text;
using Embeddings.Api.Tests.Startup;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.Pipeline;

/// <summary>HTTP/1.1 and HTTP/2 on one port without TLS.</summary>
public sealed class ProtocolsTests(Server server) : IClassFixture<Server>
{
    [Theory]
    [InlineData("1.0")]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Each_version_of_http_is_answered_in_itself(string version)
    {
        await server.AddAsync("kept", """[{"id": "a/b", "vector": [1]}]""");
        foreach (var (method, path, body, status) in new[]
        {
            (HttpMethod.Post, "/v1/embeddings", """{"input": "a cat"}""", HttpStatusCode.OK),
            (HttpMethod.Post, "/v1/embeddings", $$"""{"input": "{{new string('a', 500_000)}}"}""", HttpStatusCode.OK),
            (HttpMethod.Post, "/v1/embeddings", "{", HttpStatusCode.BadRequest),
            (HttpMethod.Get, "/collections/kept/documents/a%2Fb", null, HttpStatusCode.OK),
            (HttpMethod.Get, "/collections/kept/export", null, HttpStatusCode.OK),
            (HttpMethod.Get, "/nowhere", null, HttpStatusCode.NotFound),
        })
        {
            using var request = new HttpRequestMessage(method, path) { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
            var reply = await Server.ReadAsync(await server.Http.SendAsync(request, Server.Cancelled));
            Assert.Equal((status, version == "2.0" ? "2.0" : "1.1"), (reply.Status, reply.Response.Version.ToString()));
        }
    }

    // Bytes that come one by one, and a start that HTTP/1.1 and HTTP/2 have in common.
    [Theory]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\0\0")]
    [InlineData("PROPFIND / HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1 405")]
    [InlineData("P / HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1 405")]
    public async Task The_first_bytes_tell_the_version_however_they_come(string sent, string begins)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(server.Http.BaseAddress!.Host, server.Http.BaseAddress.Port, Server.Cancelled);
        foreach (var letter in sent)
        {
            await client.GetStream().WriteAsync(new[] { (byte)letter }, Server.Cancelled);
            await Task.Delay(TimeSpan.FromMilliseconds(2), Server.Cancelled);
        }

        var start = new byte[begins.Length];
        await client.GetStream().ReadExactlyAsync(start, Server.Cancelled);
        Assert.Equal(begins, Encoding.ASCII.GetString(start));
    }

    [Fact]
    public async Task A_probe_that_resets_its_connection_is_no_fault()
    {
        var folder = Directory.CreateTempSubdirectory("embeddings-probe-");
        using var child = new ChildServer(["--urls", "http://127.0.0.1:0"], new()
        {
            ["Models__Default"] = "static-en-384",
            ["Models__Directory"] = Repository.TestModels,
            ["Storage__Path"] = Path.Combine(folder.FullName, "kept.db"),
        });
        using var http = await child.ConnectAsync();
        for (var i = 0; i < 20; i++)
        {
            // Closing sends a reset at once, so wait until the server has begun to read.
            using var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
            await client.ConnectAsync(http.BaseAddress!.Host, http.BaseAddress.Port, Server.Cancelled);
            await Task.Delay(TimeSpan.FromMilliseconds(20), Server.Cancelled);
        }

        await http.GetAsync(new Uri("/health", UriKind.Relative), Server.Cancelled);
        await child.StopAsync();
        folder.Delete(recursive: true);
        Assert.DoesNotContain("Unhandled exception", child.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_sends_nothing_does_not_keep_the_server_from_ending()
    {
        var own = new Server();
        using var client = new TcpClient();
        await client.ConnectAsync(own.Http.BaseAddress!.Host, own.Http.BaseAddress.Port, Server.Cancelled);
        await own.GetAsync("/health");
        await own.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), Server.Cancelled);
    }
}
