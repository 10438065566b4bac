using System.Diagnostics;
using System.Net;
using System.Text;
using Embeddings.Api.Tests.Pipeline;

namespace Embeddings.Api.Tests.Limits;

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
        var embedding = SendAsync(
            server, "/v1/embeddings", i => i == 0 ? "{\"input\": \"a cat\"" : " }"[..(i == 7 ? 2 : 1)]);
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
            var reply = (await RawHttp.SendAsync(server, "POST", "/collections/a/documents", headers)).AssertEnvelope(
                HttpStatusCode.RequestTimeout);
            Assert.Contains("did not arrive within 1 seconds", reply.Message, StringComparison.Ordinal);
            Assert.Equal("close", reply.Header("Connection"));
            Assert.InRange(watch.Elapsed.TotalSeconds, 0.9, 10);
        }
    }

    [Fact]
    public async Task A_line_of_an_import_that_does_not_end_is_a_408_or_the_error_of_its_last_line()
    {
        await using var server = new Server(new() { ["Limits:MaxBodySeconds"] = "2" });
        var first = (await RawHttp.SendAsync(server, "POST", "/collections/a/import", "Content-Length: 100\r\n", "{\"id\": \"a\"")).AssertEnvelope(HttpStatusCode.RequestTimeout);
        Assert.Contains("Line 1 did not arrive within 2 seconds", first.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/collections/a")).Status);

        var later = await RawHttp.SendAsync(
            server,
            "POST",
            "/collections/a/import",
            "Content-Length: 100\r\n",
            "{\"id\": \"a\", \"vector\": [1]}\n\n{");
        Assert.Equal(HttpStatusCode.OK, later.Status);
        Assert.Contains("""{"imported":1,"done":false,"error":{"message":"Line 3 did not arrive within 2 seconds""", later.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Imports_that_send_no_line_feed_and_then_nothing_keep_nobody_out()
    {
        await using var server = new Server(new() { ["Limits:MaxBodyBytes"] = "1000000", ["Limits:MaxBodyBytesTogether"] = "4000000", ["Limits:MaxBodySeconds"] = "2" });
        var stalled = Enumerable.Range(0, 4).Select(_ => RawHttp.SendAsync(server, "POST", "/collections/a/import", "Content-Length: 9000000\r\n", new string(' ', 990_000))).ToList();
        foreach (var reply in await Task.WhenAll(stalled))
        {
            reply.AssertEnvelope(HttpStatusCode.RequestTimeout);
        }

        await server.AddAsync("a", $$"""[{"id": "a", "vector": [1], "text": "{{new string('a', 900_000)}}"}]""");
    }

    [Fact]
    public async Task Imports_that_wait_between_two_lines_hold_nothing_and_go_on_with_the_next()
    {
        await using var server = new Server(new() { ["Limits:MaxBodyBytes"] = "1000000", ["Limits:MaxBodyBytesTogether"] = "4000000", ["Limits:MaxBodySeconds"] = "1" });
        var gate = new TaskCompletionSource();
        var imports = new List<Task<Reply>>();
        // 0.4 MB each: ten of them fit at a time.
        foreach (var count in new[] { 8, 16 })
        {
            imports.AddRange(Enumerable.Range(imports.Count, 8).Select(ImportAsync));
            await KeptAsync(count);
        }

        // Longer than a line may take.
        await Task.Delay(TimeSpan.FromSeconds(1.5), Server.Cancelled);
        gate.SetResult();
        Assert.All(await Task.WhenAll(imports), reply => Assert.Contains("""{"imported":2,"done":true,""", reply.Text, StringComparison.Ordinal));

        async Task<Reply> ImportAsync(int id)
        {
            using var content = new GatedContent($$"""{"id": "{{id}}a", "vector": [1], "text": "{{new string('a', 400_000)}}"}{{'\n'}}""", gate.Task, $$"""{"id": "{{id}}b", "vector": [1]}""");
            return await Server.ReadAsync(await server.Http.PostAsync(new Uri("/collections/kept/import", UriKind.Relative), content, Server.Cancelled));
        }

        async Task KeptAsync(int count)
        {
            var watch = Stopwatch.StartNew();
            while ((await server.PostAsync("{}", "/collections/kept/count")).Text != $$"""{"count":{{count}}}""")
            {
                Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
                await Task.Delay(TimeSpan.FromMilliseconds(50), Server.Cancelled);
            }
        }
    }

    // One piece a second.
    private static async Task<Reply> SendAsync(Server server, string path, Func<int, string> piece)
    {
        using var content = new SlowContent(piece);
        return await Server.ReadAsync(
            await server.Http.PostAsync(new Uri(path, UriKind.Relative), content, Server.Cancelled));
    }

    private sealed class GatedContent(string before, Task gate, string after) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(before), Server.Cancelled);
            await stream.FlushAsync(Server.Cancelled);
            await gate.WaitAsync(Server.Cancelled);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(after), Server.Cancelled);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
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
