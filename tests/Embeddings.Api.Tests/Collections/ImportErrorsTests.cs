using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Embeddings.Api.Tests.Startup;

namespace Embeddings.Api.Tests.Collections;

/// <summary>Lines that are wrong: told by their number, skipped where that is asked for, and held in bounds.</summary>
public sealed class ImportErrorsTests(Server server) : IClassFixture<Server>
{
    private static readonly byte[] Good = [.. """{"id": "a", "vector": [1, 2]}"""u8, (byte)'\n'];

    [Fact]
    public async Task A_byte_order_mark_is_skipped_and_a_byte_that_is_not_utf_8_is_reported_by_line_and_position()
    {
        byte[] marked = [0xEF, 0xBB, 0xBF, .. Good];
        Assert.Equal("""{"imported":1,"done":true,"error":null}""", Last(await ImportAsync("marked", marked)).ToJsonString());
        byte[] latin = [.. Good, .. Encoding.Latin1.GetBytes("  {\"id\": \"Müller\", \"vector\": [1, 2]}\n")];
        (await ImportAsync("latin", latin)).AssertRefused(
            "Line 2 is not UTF-8: the byte at offset 11 of it (from 0)", null);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/collections/latin")).Status);
    }

    [Fact]
    public async Task Wrong_lines_are_skipped_and_reported_if_that_is_asked_for()
    {
        var lines = Enumerable.Range(1, 1200).Select(i => $$"""{"id": {{i}}, "vector": [{{i}}, 1]}""").ToArray();
        (lines[1], lines[2], lines[3]) = ("{", """{"id": "x", "vector": [1]}""", """{"id": "x"}""");
        (lines[600], lines[601], lines[1199]) = ("""{"id": "x", "vector": [1e20, 1]}""", "null", """{"id": "x", "vektor": [1, 2]}""");
        var reply = await ImportAsync("skipping", Encoding.UTF8.GetBytes(string.Join('\n', lines)), "?on_error=skip");
        var last = Last(reply);
        Assert.Equal((HttpStatusCode.OK, 1194, true, 6), (reply.Status, last["imported"]!.GetValue<int>(), last["done"]!.GetValue<bool>(), last["skipped"]!.GetValue<int>()));
        Assert.Equal(
            [2, 3, 4, 601, 602, 1200], last["skipped_lines"]!.AsArray().Select(item => item!["line"]!.GetValue<int>()));
        Assert.Contains(
            "'line 3.vector': it has 1 numbers",
            last["skipped_lines"]![1]!["message"]!.GetValue<string>(),
            StringComparison.Ordinal);
        Assert.Equal("""{"count":1194}""", (await server.PostAsync("{}", "/collections/skipping/count")).Text);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/collections/skipping/documents/601")).Status);
    }

    [Fact]
    public async Task A_hundred_skipped_lines_are_named_and_all_are_counted()
    {
        var last = Last(await ImportAsync("wrong", Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Repeat("""{"id": "x"}""", 700))), "?on_error=skip"));
        Assert.Equal(
            (0, true, 700),
            (last["imported"]!.GetValue<int>(), last["done"]!.GetValue<bool>(), last["skipped"]!.GetValue<int>()));
        Assert.Equal(
            Enumerable.Range(1, 100), last["skipped_lines"]!.AsArray().Select(item => item!["line"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_skipped_without_being_held()
    {
        await using var small = new Server(
            new() { ["Limits:MaxBodyBytes"] = "4096", ["Limits:MaxBodyBytesTogether"] = "200000" });
        byte[] body = [.. Good, .. Encoding.ASCII.GetBytes(new string('x', 1 << 20)), (byte)'\n', .. Good, .. Encoding.ASCII.GetBytes(new string('y', 1 << 20))];
        using var content = new ByteArrayContent(body);
        var last = Last(await Server.ReadAsync(await small.Http.PostAsync(new Uri("/collections/long/import?on_error=skip", UriKind.Relative), content, Server.Cancelled)));
        Assert.Equal((2, true), (last["imported"]!.GetValue<int>(), last["done"]!.GetValue<bool>()));
        Assert.Equal([2, 4], last["skipped_lines"]!.AsArray().Select(item => item!["line"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_failure_that_is_not_of_a_line_is_not_skipped()
    {
        (await ImportAsync("any", Good, "?on_error=ignore")).AssertRefused(
            "Invalid value for 'on_error' = ignore", "on_error");
        (await ImportAsync("any", """{"collection": {"model": null, "dimensions": 0}}"""u8.ToArray(), "?on_error=skip")).AssertRefused("'collection.dimensions' is 0", "collection");
    }

    [Fact]
    public async Task Imports_without_a_line_feed_hold_no_more_than_all_bodies_may()
    {
        await using var small = new Server(
            new() { ["Limits:MaxBodyBytes"] = "1000000", ["Limits:MaxBodyBytesTogether"] = "4000000" });
        var clients =
            Enumerable.Range(0, 32).Select(_ => new TcpClient("127.0.0.1", small.Http.BaseAddress!.Port)).ToList();
        try
        {
            var refused = 0;
            // 0.9 MB each: four of them fit.
            var replies = clients.Select(async client =>
            {
                var stream = client.GetStream();
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /collections/c/import HTTP/1.1\r\nHost: a\r\nContent-Length: 950000\r\n\r\n{new string('x', 900_000)}"), Server.Cancelled);
                using var reader = new StreamReader(stream, leaveOpen: true);
                if ((await reader.ReadLineAsync(Server.Cancelled))?.Contains(" 429 ", StringComparison.Ordinal) is true)
                {
                    Interlocked.Increment(ref refused);
                }
            }).ToList();
            while (Volatile.Read(ref refused) < 28)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), Server.Cancelled);
            }
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        // The connections have ended, and their bytes were released.
        var status = HttpStatusCode.TooManyRequests;
        for (var i = 0; i < 500 && status != HttpStatusCode.OK; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Server.Cancelled);
            status = (await small.PostAsync($$"""{"documents": [{"id": "a", "vector": [1], "text": "{{new string('a', 900_000)}}"}]}""", "/collections/c/documents")).Status;
        }

        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task An_import_of_any_length_fits_since_what_was_kept_is_held_no_more()
    {
        await using var small = new Server(
            new() { ["Limits:MaxBodyBytes"] = "100000", ["Limits:MaxBodyBytesTogether"] = "1000000" });
        var lines = string.Concat(Enumerable.Range(0, 20_000).Select(i => $$"""{"id": {{i}}, "vector": [{{i}}, 1], "text": "{{new string('a', 300)}}"}""" + "\n"));
        Assert.True(lines.Length > 6_000_000);
        Assert.Equal("""{"imported":20000,"done":true,"error":null}""", Last(await small.PostAsync(lines, "/collections/long/import")).ToJsonString());
    }

    [Fact]
    public async Task A_clients_words_are_not_in_the_log()
    {
        var data = Directory.CreateTempSubdirectory("embeddings-");
        try
        {
            using var child = new ChildServer(["--urls", "http://127.0.0.1:0", "--Storage:Path", Path.Combine(data.FullName, "a.db")]);
            using (var http = await child.ConnectAsync())
            {
                var lines = string.Concat(Enumerable.Range(0, 600).Select(i => $$"""{"id": {{i}}, "vector": [1]}""" + "\n")) + """{"id": "x", "vector": [1], "secretword": 1}""";
                using var reply = await http.PostAsync(new Uri("/collections/c/import", UriKind.Relative), new StringContent(lines), Server.Cancelled);
                Assert.Contains(
                    "secretword", await reply.Content.ReadAsStringAsync(Server.Cancelled), StringComparison.Ordinal);
            }

            await child.StopAsync();
            Assert.Contains("ended after 500 documents", child.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("secretword", child.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("   at Embeddings", child.Output, StringComparison.Ordinal);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static JsonNode Last(Reply reply) =>
        JsonNode.Parse(reply.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!;

    private async Task<Reply> ImportAsync(string collection, byte[] body, string query = "")
    {
        using var content = new ByteArrayContent(body);
        return await Server.ReadAsync(await server.Http.PostAsync(new Uri($"/collections/{collection}/import{query}", UriKind.Relative), content, Server.Cancelled));
    }
}
