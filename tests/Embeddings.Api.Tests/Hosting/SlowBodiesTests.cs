using System.Diagnostics;
using System.Net;
using System.Text;

namespace Embeddings.Api.Tests.Hosting;

/// <summary>Bodies that take their time.</summary>
public sealed class SlowBodiesTests
{
    // Longer than the 5 s for which the web server itself lets a body be slower than 240 bytes a second.
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task A_line_now_and_then_is_imported_and_a_slow_body_is_read()
    {
        await using var server = new Server();
        var import = SendAsync(server, "/collections/slow/import", i => $$"""{"id": "{{i}}", "vector": [1, 2]}{{'\n'}}""");
        var embedding = SendAsync(server, "/v1/embeddings", i => i == 0 ? "{\"input\": \"a cat\"" : " }"[..(i == 7 ? 2 : 1)]);
        Assert.Contains("""{"imported":8,"done":true,""", (await import).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await embedding).Status);
    }

    [Fact]
    public async Task A_body_that_never_comes_is_a_408_and_its_connection_is_closed()
    {
        await using var server = new Server(new() { ["Limits:MaxBodySeconds"] = "1" });
        foreach (var headers in new[] { "Content-Length: 100\r\n", "Transfer-Encoding: chunked\r\n", "Content-Length: 100\r\nContent-Encoding: gzip\r\n" })
        {
            var watch = Stopwatch.StartNew();
            var reply = (await RawHttp.SendAsync(server, "POST", "/collections/a/documents", headers)).AssertEnvelope(HttpStatusCode.RequestTimeout);
            Assert.Contains("did not arrive within 1 seconds", reply.Message, StringComparison.Ordinal);
            Assert.Equal("close", reply.Header("Connection"));
            Assert.InRange(watch.Elapsed.TotalSeconds, 0.9, 10);
        }
    }

    // One piece a second.
    private static async Task<Reply> SendAsync(Server server, string path, Func<int, string> piece)
    {
        using var content = new SlowContent(piece);
        return await Server.ReadAsync(await server.Http.PostAsync(new Uri(path, UriKind.Relative), content, Server.Cancelled));
    }

    private sealed class SlowContent(Func<int, string> piece) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var i = 0; i < Slow.TotalSeconds; i++)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(piece(i)), Server.Cancelled);
                await stream.FlushAsync(Server.Cancelled);
                await Task.Delay(TimeSpan.FromSeconds(1), Server.Cancelled);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
