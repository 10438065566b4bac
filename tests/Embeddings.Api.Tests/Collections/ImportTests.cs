using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests.Collections;

/// <summary>JSON Lines streamed in: any number of documents, progress in the reply, and errors by their line.</summary>
public sealed class ImportTests(Server server) : IClassFixture<Server>
{
    private const string Done = """{"imported":{0},"done":true,"error":null}""";

    [Fact]
    public async Task Three_thousand_lines_are_kept_and_the_last_line_of_the_reply_says_so()
    {
        var reply = await ImportAsync("large", Lines(3000));
        Assert.Equal(
            (HttpStatusCode.OK, "application/x-ndjson"),
            (reply.Status, reply.Response.Content.Headers.ContentType?.MediaType));
        var progress = Progress(reply);
        Assert.Equal(Done.Replace("{0}", "3000", StringComparison.Ordinal), progress[^1].ToJsonString());
        Assert.All(
            progress, line => Assert.Equal(["imported", "done", "error"], line.AsObject().Select(field => field.Key)));
        Assert.Equal(
            progress.Select(line => line["imported"]!.GetValue<int>()).Order(),
            progress.Select(line => line["imported"]!.GetValue<int>()));
        Assert.Equal(["2999"], (await server.PostAsync("""{"collection": "large", "query": [1, 0], "top_k": 1}""", "/search")).Ids());
        Assert.Equal("""{"count":3000}""", (await server.PostAsync("{}", "/collections/large/count")).Text);
    }

    [Fact]
    public async Task Progress_comes_while_lines_are_still_sent()
    {
        // No HttpClient: over HTTP/1.1 it hands out a reply only when its whole body is sent.
        using var client = new TcpClient("127.0.0.1", server.Http.BaseAddress!.Port);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream);
        await SendAsync(
            stream, "POST /collections/slow/import HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
        await SendChunkAsync(stream, Lines(500));
        await SendChunkAsync(stream, Lines(500));
        Assert.Equal("""{"imported":500,"done":false,"error":null}""", await NextAsync(reader));
        Assert.Equal("""{"count":500}""", (await server.PostAsync("{}", "/collections/slow/count")).Text);
        await SendChunkAsync(stream, """{"id": "last", "vector": [1, 2]}""");
        await SendChunkAsync(stream, "");
        var last = await NextAsync(reader);
        // On a slow day there is one more line of progress.
        Assert.Equal("""{"imported":1001,"done":true,"error":null}""", last.Contains("true", StringComparison.Ordinal) ? last : await NextAsync(reader));
    }

    [Theory]
    [InlineData("{\"id\": \"a\", \"vector\": [1]}\n\n  \t \n{\"id\": \"b\", \"vector\": [2]}")]
    [InlineData("{\"id\": \"a\", \"vector\": [1]}\r\n{\"id\": \"b\", \"vector\": [2]}\r\n\r\n")]
    [InlineData("\n\n  {\"id\": \"a\", \"vector\": [1]}  \n\t{\"id\": \"b\", \"vector\": [2]}\n")]
    [InlineData("{\"id\": \"z\", \"vector\": [1]}\n{\"id\": \"a\", \"vector\": [1]}\n{\"id\": \"b\", \"vector\": [2]}\n{\"id\": \"a\", \"vector\": [1]}")]
    public async Task Blank_lines_and_line_ends_of_any_kind_do_no_harm(string body)
    {
        await server.DeleteAsync("/collections/ends");
        var count = body.Split('\n').Count(line => line.Trim().Length > 0);
        Assert.Equal(
            Done.Replace("{0}", $"{count}", StringComparison.Ordinal) + "\n", (await ImportAsync("ends", body)).Text);
        Assert.Equal(
            "[1]",
            (await server.GetAsync("/collections/ends/documents/a?include=vector")).Json["vector"]!.ToJsonString());
        Assert.Equal(
            "[2]",
            (await server.GetAsync("/collections/ends/documents/b?include=vector")).Json["vector"]!.ToJsonString());
    }

    [Fact]
    public async Task Where_nothing_could_be_kept_nothing_is_imported_either()
    {
        (await ImportAsync(".hidden", "")).AssertRefused("Invalid collection name", "name");
        (await server.PostAsync("", "/collections/nothing/import?model=gpt-4")).AssertEnvelope(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Nothing_may_be_imported_too() => Assert.Equal(
        Done.Replace("{0}", "0", StringComparison.Ordinal) + "\n", (await ImportAsync("nothing", "")).Text);

    [Theory]
    [InlineData("""{"id": "bad", "vector": [1]}""", "'line 1201.vector': it has 1 numbers, but vectors here have 2")]
    [InlineData("""{"id": "bad"}""", "'line 1201': a document needs a 'text' or a 'vector'")]
    [InlineData("""{"id": "bad", "vector": [1, 2}""", "Line 1201: We could not parse")]
    [InlineData("""{"id": "bad", "vector": [1, "x"]}""", "Line 1201: ")]
    [InlineData("null", "Line 1201 is null")]
    [InlineData("3", "Line 1201: ")]
    public async Task A_wrong_line_ends_the_import_and_the_batches_before_it_are_kept(string line, string part)
    {
        await server.DeleteAsync("/collections/broken");
        var reply = await ImportAsync("broken", Lines(1200) + line + "\n" + Lines(100));
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        var last = Progress(reply)[^1];
        Assert.Equal((1000, false), (last["imported"]!.GetValue<int>(), last["done"]!.GetValue<bool>()));
        Assert.Equal(["message", "type", "param", "code"], last["error"]!.AsObject().Select(field => field.Key));
        Assert.Contains(part, last["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("""{"count":1000}""", (await server.PostAsync("{}", "/collections/broken/count")).Text);
    }

    [Theory]
    [InlineData("""{"id": "bad", "vector": [1]}""", "'line 3.vector': it has 1 numbers")]
    [InlineData("""{"id": "bad", "vector": [1, 2], "metadata": {"n": 18446744073709551617}}""", "metadata.n")]
    [InlineData("[1, 2]", "Line 3: ")]
    [InlineData("{", "Line 3: We could not parse")]
    public async Task In_the_first_batch_it_is_a_400_and_nothing_is_kept(string line, string part)
    {
        var reply = (await ImportAsync("never", $"{Lines(1)}\n{line}\n{Lines(3)}")).AssertEnvelope(
            HttpStatusCode.BadRequest);
        Assert.Contains(part, reply.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/collections/never")).Status);
    }

    [Fact]
    public async Task A_400_arrives_though_much_of_the_body_is_still_to_come()
    {
        var reply = await ImportAsync("never", "{\n" + Lines(400_000));
        Assert.Contains("Line 1: ", reply.AssertEnvelope(HttpStatusCode.BadRequest).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_body_may_be_larger_than_a_body_may_be_but_no_line()
    {
        await using var small = new Server(
            new() { ["Limits:MaxBodyBytes"] = "4096", ["Limits:MaxBodyBytesTogether"] = "8192" });
        var reply = await small.PostAsync(Lines(2000), "/collections/large/import");
        Assert.Equal(Done.Replace("{0}", "2000", StringComparison.Ordinal), Progress(reply)[^1].ToJsonString());
        var text = $$"""{"id": "long", "vector": [1, 2], "text": "{{new string('x', 5000)}}"}""";
        (await small.PostAsync(Lines(2) + text, "/collections/large/import")).AssertRefused(
            "Line 3 has more than 4096 bytes", null);
        (await small.PostAsync($$"""{"documents": [{{text}}]}""", "/collections/large/documents")).AssertEnvelope(HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal("""{"count":2000}""", (await small.PostAsync("{}", "/collections/large/count")).Text);
    }

    [Fact]
    public async Task A_compressed_body_is_read()
    {
        using var buffer = new MemoryStream();
        await using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Lines(1500)), Server.Cancelled);
        }

        using var content = new ByteArrayContent(buffer.ToArray());
        content.Headers.ContentEncoding.Add("gzip");
        var reply = await Server.ReadAsync(await server.Http.PostAsync(new Uri("/collections/zipped/import", UriKind.Relative), content, Server.Cancelled));
        Assert.Equal(Done.Replace("{0}", "1500", StringComparison.Ordinal), Progress(reply)[^1].ToJsonString());
    }

    [Fact]
    public async Task Texts_are_embedded_and_the_model_may_be_named()
    {
        var reply = await server.PostAsync(
            "\"The cat sits outside\"\n{\"text\": \"A dog barks loudly\"}\n",
            "/collections/texts/import?model=text-embedding-3-small");
        Assert.Equal(2, Progress(reply)[^1]["imported"]!.GetValue<int>());
        Assert.Equal(1, (await server.PostAsync(new { collection = "texts", query = "The cat sits outside" }, "/search")).Scores()[0], Arithmetic.Rounding);
        var unknown = await server.PostAsync("\"a\"", "/collections/texts/import?model=nobodys");
        Assert.Equal(
            "model_not_found", unknown.AssertEnvelope(HttpStatusCode.NotFound).Error["code"]!.GetValue<string>());
        await server.AddAsync("own", """[{"vector": [1, 2]}]""");
        (await server.PostAsync(Lines(1), "/collections/own/import?model=static-en-384")).AssertRefused(
            "leave 'model' out", "model");
    }

    private static async Task SendAsync(NetworkStream stream, string text) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), Server.Cancelled);

    private static Task SendChunkAsync(NetworkStream stream, string text) =>
        SendAsync(stream, $"{text.Length:x}\r\n{text}\r\n");

    // Past headers and the sizes of chunks.
    private static async Task<string> NextAsync(StreamReader reader)
    {
        var lines = new List<string>();
        while (await reader.ReadLineAsync(Server.Cancelled).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Server.Cancelled) is { } line)
        {
            lines.Add(line);
            if (line.StartsWith('{'))
            {
                return line;
            }
        }

        throw new EndOfStreamException(string.Join('\n', lines));
    }

    private static string Lines(int count) => string.Concat(Enumerable.Range(0, count).Select(i => $$"""{"id": {{i}}, "vector": [{{i}}, 1000]}""" + "\n"));

    private static JsonNode[] Progress(Reply reply) =>
        [.. reply.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    private async Task<Reply> ImportAsync(string collection, string lines)
    {
        using var content = new StringContent(lines, Encoding.UTF8, "application/x-ndjson");
        return await Server.ReadAsync(await server.Http.PostAsync(new Uri($"/collections/{collection}/import", UriKind.Relative), content, Server.Cancelled));
    }
}
