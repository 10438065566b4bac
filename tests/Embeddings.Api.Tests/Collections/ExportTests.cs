using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Embeddings.Vectors;
using Embeddings.Vectors.Faiss;

namespace Embeddings.Api.Tests.Collections;

/// <summary>Collections streamed out: lines that import takes, and an index that FAISS reads.</summary>
public sealed class ExportTests(Server server) : IClassFixture<Server>
{
    [Fact]
    public async Task What_was_exported_is_imported_with_the_same_bits()
    {
        var random = new Random(1);
        var documents = Enumerable.Range(0, 1200).Select(i => new
        {
            id = $"d/{i} ä😀",
            text = i % 3 == 0 ? null : $"line\n\"{i}\" \u2028 <b>",
            vector = new[] { random.NextSingle() * 1e-30f, random.NextSingle() * 1e14f, -0f, float.Epsilon, random.NextSingle() },
            metadata = i % 2 == 0 ? null : new { n = i / 7.0, tags = new[] { "a", "b\r\n" }, deep = new { yes = true } },
        }).ToList();
        await server.PutAsync("/collections/from", """{"dimensions": 5, "metric": "dot"}""");
        await server.AddAsync("from", JsonSerializer.Serialize(documents));
        var export = await server.GetAsync("/collections/from/export");
        Assert.Equal(
            (HttpStatusCode.OK, "application/x-ndjson"),
            (export.Status, export.Response.Content.Headers.ContentType?.MediaType));
        Assert.Equal(
            "attachment; filename=\"from.jsonl\"", export.Response.Content.Headers.ContentDisposition?.ToString());
        Assert.Equal(1 + 1200, export.Text.Count(c => c == '\n'));

        await server.PutAsync("/collections/to", """{"dimensions": 5, "metric": "dot"}""");
        await server.AddAsync("to", """[{"vector": [1, 2, 3, 4, 5]}]""");
        using var lines = new StringContent(export.Text, Encoding.UTF8, "application/x-ndjson");
        var imported = await Server.ReadAsync(
            await server.Http.PostAsync(new Uri("/collections/to/import", UriKind.Relative), lines, Server.Cancelled));
        Assert.EndsWith("""{"imported":1200,"done":true,"error":null}""" + "\n", imported.Text, StringComparison.Ordinal);
        var again = await server.GetAsync("/collections/to/export");
        Assert.Equal(WithoutNumbers(export), WithoutNumbers(again)[1..]);
        var sent = documents[0].vector;
        Assert.Equal(Bits(sent), Bits(Reply.VectorOf(Lines(again)[1])));
    }

    [Fact]
    public async Task A_line_has_what_the_document_has()
    {
        await server.AddAsync("fields", """[{"id": "a", "vector": [1, 2]}, {"id": "b", "vector": [3, 4], "text": "B", "metadata": {"k": [1.50]}}]""");
        Assert.Equal(Header("fields") + "{\"id\":\"a\",\"vector\":[1,2],\"faiss_id\":1}\n{\"id\":\"b\",\"text\":\"B\",\"metadata\":{\"k\":[1.50]},\"vector\":[3,4],\"faiss_id\":2}\n", (await server.GetAsync("/collections/fields/export?format=jsonl")).Text);
        await server.PutAsync("/collections/nothing", """{"dimensions": 2}""");
        Assert.Equal(Header("nothing"), (await server.GetAsync("/collections/nothing/export")).Text);
    }

    [Theory]
    [InlineData("cosine", Metric.InnerProduct)]
    [InlineData("dot", Metric.InnerProduct)]
    [InlineData("euclidean", Metric.Euclidean)]
    public async Task The_index_file_has_the_vectors_under_the_ids_of_the_lines(string metric, Metric written)
    {
        await server.PutAsync($"/collections/faiss-{metric}", $$"""{"dimensions": 2, "metric": "{{metric}}"}""");
        await server.AddAsync($"faiss-{metric}", JsonSerializer.Serialize(Enumerable.Range(0, 700).Select(i => new { id = $"d{i}", vector = new[] { 3f + i, 4f } })));
        await server.PostAsync("""{"ids": ["d0", "d350", "d699"]}""", $"/collections/faiss-{metric}/documents/delete");
        await server.AddAsync($"faiss-{metric}", """[{"id": "d5", "vector": [0, 2]}]""");

        using var response = await server.Http.GetAsync(new Uri($"/collections/faiss-{metric}/export?format=faiss", UriKind.Relative), Server.Cancelled);
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            $"attachment; filename=\"faiss-{metric}.faiss\"", response.Content.Headers.ContentDisposition?.ToString());
        var index = new FaissReader(await response.Content.ReadAsStreamAsync(Server.Cancelled));
        var rows = index.Rows().ToDictionary(row => row.Id, row => row.Vector);
        var lines = Lines(await server.GetAsync($"/collections/faiss-{metric}/export"));
        Assert.Equal((written, 697, 697), (index.Metric, rows.Count, lines.Length));
        foreach (var line in lines)
        {
            var (vector, found) = (Reply.VectorOf(line), rows[line["faiss_id"]!.GetValue<long>()]);
            var length = metric == "cosine" ? Math.Sqrt(Arithmetic.Dot(vector, vector)) : 1;
            Assert.All(vector.Zip(found), pair => Assert.Equal(pair.First / length, pair.Second, 1e-6));
        }
    }

    [Fact]
    public async Task An_export_is_of_one_moment_though_writes_go_on()
    {
        // Every write sets all documents to one number: an export that mixes two states has two.
        const int Documents = 2000;
        string All(int number) => JsonSerializer.Serialize(
            Enumerable.Range(0, Documents).Select(i => new { id = $"{i}", vector = new[] { number, 1 } }));
        await server.AddAsync("moment", All(0));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Server.Cancelled);
        var writing = Task.Run(async () =>
        {
            for (var number = 1; !stop.IsCancellationRequested; number++)
            {
                await server.AddAsync("moment", All(number));
            }
        }, Server.Cancelled);
        for (var i = 0; i < 10; i++)
        {
            var lines = Lines(await server.GetAsync("/collections/moment/export"));
            Assert.Equal(Documents, lines.Select(line => line["id"]!.GetValue<string>()).Distinct().Count());
            Assert.Single(lines.Select(line => line["vector"]![0]!.GetValue<float>()).Distinct());
            var file = await server.Http.GetByteArrayAsync(new Uri("/collections/moment/export?format=faiss", UriKind.Relative), Server.Cancelled);
            Assert.Single(new FaissReader(new MemoryStream(file)).Rows().Select(row => row.Vector[0] / row.Vector[1]).Distinct());
        }

        await stop.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task An_unknown_format_is_a_400()
    {
        await server.AddAsync("fields", """[{"id": "a", "vector": [1, 2]}]""");
        (await server.GetAsync("/collections/fields/export?format=csv")).AssertRefused(
            "Invalid value for 'format' = csv. Supported values: ['jsonl', 'faiss']", "format");
    }

    private static string Header(string name) => $$$"""{"collection":{"name":"{{{name}}}","model":null,"dimensions":2,"metric":"cosine"}}""" + "\n";

    // Without the header.
    private static JsonNode[] Lines(Reply reply) => [.. reply.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => JsonNode.Parse(line)!)];

    // As the bytes are, but for the id in the index file, which is the collection's own.
    private static string[] WithoutNumbers(Reply reply) => [.. reply.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line[..line.IndexOf(",\"faiss_id\"", StringComparison.Ordinal)])];

    private static int[] Bits(float[] vector) => [.. vector.Select(BitConverter.SingleToInt32Bits)];
}
