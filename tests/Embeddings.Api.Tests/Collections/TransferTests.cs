using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Embeddings.Vectors.Faiss;

namespace Embeddings.Api.Tests.Collections;

public sealed class TransferTests(Server server) : IClassFixture<Server>
{
    private const int Count = 3000;

    [Fact]
    public async Task What_is_exported_can_be_imported_and_is_the_same()
    {
        var lines = string.Join('\n', Enumerable.Range(0, Count).Select(i =>
            $$"""{"id": "{{i}}", "text": "number {{i}}\nof many", "metadata": {"part": {{i % 7}}}, "vector": [{{i}}, 0.1, -1e-9]}"""));
        Assert.Equal($$"""{"imported":{{Count}},"done":true,"error":null}""", Last(await ImportAsync("from", lines)));
        var export = (await server.GetAsync("/collections/from/export")).Text;
        Assert.Equal(Count, export.Count(character => character == '\n'));
        Assert.Contains($"\"imported\":{Count},\"done\":true", Last(await ImportAsync("to", export)), StringComparison.Ordinal);
        Assert.Equal(export, (await server.GetAsync("/collections/to/export")).Text);
    }

    [Fact]
    public async Task The_index_file_has_the_vectors_under_the_ids_of_the_lines()
    {
        await ImportAsync("faiss", string.Join('\n', Enumerable.Range(0, 100).Select(i => $$"""{"id": "{{i}}", "vector": [{{i + 1}}, 3]}""")));
        await server.DeleteAsync("/collections/faiss/documents/5");
        var lines = (await server.GetAsync("/collections/faiss/export")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!);
        using var file = new MemoryStream(await server.Http.GetByteArrayAsync("/collections/faiss/export?format=faiss", Server.Cancelled));
        var index = FaissFile.Read(file);
        Assert.Equal(99, index.Count);
        foreach (var line in lines)
        {
            var row = new float[2];
            Assert.True(index.TryGet((long)line["faiss_id"]!, row));
            var (x, y) = ((float)line["vector"]![0]!, (float)line["vector"]![1]!);
            var length = MathF.Sqrt((x * x) + (y * y));
            Assert.Equal((x / length, y / length), (row[0], row[1]), (a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-5);
        }
    }

    [Fact]
    public async Task Texts_are_embedded_blank_lines_are_passed_over_and_bodies_may_be_compressed()
    {
        var lines = "\r\n{\"id\": 1, \"text\": \"cat\"}\r\n\r\n   \n\"a bare text\"\n{\"id\": 3, \"text\": \"dog\"}";
        using var body = new MemoryStream();
        using (var gzip = new GZipStream(body, CompressionMode.Compress, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(lines));
        }

        using var content = new ByteArrayContent(body.ToArray());
        content.Headers.ContentEncoding.Add("gzip");
        var reply = await Server.ReadAsync(await server.Http.PostAsync("/collections/texts/import", content, Server.Cancelled));
        Assert.Contains("\"imported\":3", Last(reply), StringComparison.Ordinal);
        Assert.Equal("1", (string)(await server.PostAsync("""{"collection": "texts", "query": "cat"}""", "/search")).Json["results"]![0]!["id"]!);
    }

    [Theory]
    [InlineData("{\"vector\": [1]}\n{\"vector\": [1, 2]}", "Invalid 'line 2.vector'")]
    [InlineData("{\"vector\": [1]}\n\n{\"vector\": 1}", "Line 3: Invalid type for 'vector'")]
    [InlineData("{\"vector\": [1]}\n{\"vector\"", "Line 2: ")]
    [InlineData("null", "Line 1 is null")]
    [InlineData("{\"id\": 1}", "Invalid 'line 1': a document needs a 'text' or a 'vector'")]
    public async Task An_error_in_the_first_batch_is_a_plain_400_that_names_the_line(string lines, string message)
    {
        var reply = (await ImportAsync("wrong", lines)).AssertEnvelope(HttpStatusCode.BadRequest);
        Assert.Contains(message, reply.Message, StringComparison.Ordinal);
        (await server.GetAsync("/collections/wrong")).AssertEnvelope(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_later_error_ends_the_reply_and_what_was_kept_is_told()
    {
        var lines = string.Join('\n', Enumerable.Range(1, 1200).Select(i => i == 1100 ? "{\"vector\": [1, 2]}" : $$"""{"id": "{{i}}", "vector": [{{i}}]}"""));
        var reply = await ImportAsync("half", lines);
        Assert.Equal("application/x-ndjson", reply.Response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("""{"imported":500,"done":false,"error":null}""", reply.Text.Split('\n')[0]);
        var last = JsonNode.Parse(Last(reply))!;
        Assert.Equal((1000, false), ((int)last["imported"]!, (bool)last["done"]!));
        Assert.Contains("line 1100.vector", (string)last["error"]!["message"]!, StringComparison.Ordinal);
        Assert.Equal(1000, (int)(await server.GetAsync("/collections/half")).Json["documents"]!);
    }

    [Fact]
    public async Task A_body_has_no_limit_but_a_line_has()
    {
        await using var small = new Server(new() { ["Limits:MaxBodyBytes"] = "2048", ["Limits:MaxBodyBytesTogether"] = "2048" });
        var lines = string.Concat(Enumerable.Range(0, 500).Select(i => $$"""{"id": "{{i}}", "vector": [{{i}}]}""" + "\n"));
        using var content = new StringContent(lines);
        Assert.Contains("\"imported\":500", Last(await Server.ReadAsync(await small.Http.PostAsync("/collections/a/import", content, Server.Cancelled))), StringComparison.Ordinal);
        using var large = new StringContent($$"""{"vector": [1], "text": "{{new string('a', 100_000)}}"}""");
        var reply = (await Server.ReadAsync(await small.Http.PostAsync("/collections/a/import", large, Server.Cancelled))).AssertEnvelope(HttpStatusCode.BadRequest);
        Assert.Contains("Line 1 has more than 2048 bytes", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_format_and_nobodys_collection_are_refused()
    {
        await ImportAsync("some", "{\"vector\": [1]}");
        (await server.GetAsync("/collections/some/export?format=csv")).AssertEnvelope(HttpStatusCode.BadRequest);
        (await server.GetAsync("/collections/nobody/export")).AssertEnvelope(HttpStatusCode.NotFound);
    }

    private static string Last(Reply reply) => reply.Text.TrimEnd('\n').Split('\n')[^1];

    private async Task<Reply> ImportAsync(string collection, string lines)
    {
        using var content = new StringContent(lines, Encoding.UTF8, "application/x-ndjson");
        return await Server.ReadAsync(await server.Http.PostAsync($"/collections/{collection}/import", content, Server.Cancelled));
    }
}
