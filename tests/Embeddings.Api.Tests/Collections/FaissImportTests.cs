using System.Buffers.Binary;
using System.Net;
using Embeddings.Vectors;
using Embeddings.Vectors.Faiss;
using Embeddings.Vectors.Index;

namespace Embeddings.Api.Tests.Collections;

/// <summary>
/// Index files of FAISS become collections. That files of FAISS' own making are read is tested with the reader.
/// </summary>
public sealed class FaissImportTests(Server server) : IClassFixture<Server>
{
    // The parts of a file: header of the id map, header of the index, rows, ids.
    private const int HeaderBytes = 37;

    [Theory]
    [InlineData(Metric.InnerProduct, "dot")]
    [InlineData(Metric.Euclidean, "euclidean")]
    public async Task An_index_file_becomes_a_collection_with_its_ids_and_vectors(Metric metric, string name)
    {
        long[] ids = [-7, 5, .. Enumerable.Range(0, 1500).Select(i => 9_000_000_000 + i)];
        var rows = ids.SelectMany((_, i) => new[] { i, 0.25f, -1e-30f }).ToArray();
        var imported = await ImportAsync(name, FileOf(3, metric, ids, rows));
        Assert.EndsWith("""{"imported":1502,"done":true,"error":null}""" + "\n", imported.Text, StringComparison.Ordinal);
        var collection = (await server.GetAsync($"/collections/{name}")).Json;
        Assert.Equal((1502, 3, name, null), (collection["documents"]!.GetValue<int>(), collection["dimensions"]!.GetValue<int>(), collection["metric"]!.GetValue<string>(), collection["model"]));
        var export = (await server.GetAsync($"/collections/{name}/export")).Text;
        Assert.Contains("""{"id":"-7","vector":[0,0.25,-1E-30],"faiss_id":1}""", export, StringComparison.Ordinal);
        Assert.Contains("""{"id":"9000001499","vector":[1501,0.25,-1E-30],"faiss_id":1502}""", export, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ids_without_an_id_map_are_positions_and_an_empty_index_is_an_empty_collection()
    {
        var file = FileOf(2, Metric.InnerProduct, [1, 2], [3, 4, 5, 6])[HeaderBytes..^24];
        Assert.Equal(HttpStatusCode.OK, (await ImportAsync("positions", file)).Status);
        Assert.EndsWith("""{"id":"0","vector":[3,4],"faiss_id":1}""" + "\n" + """{"id":"1","vector":[5,6],"faiss_id":2}""" + "\n", (await server.GetAsync("/collections/positions/export")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await ImportAsync("none", FileOf(4, Metric.Euclidean, [], []))).Status);
        Assert.Equal(4, (await server.GetAsync("/collections/none")).Json["dimensions"]!.GetValue<int>());
    }

    [Fact]
    public async Task What_is_no_index_file_or_ends_early_is_a_400_and_nothing_is_kept()
    {
        var file = FileOf(2, Metric.InnerProduct, [1, 2], [3, 4, 5, 6]);
        (await ImportAsync("no", [])).AssertRefused("The file ends before its index does, at byte 0", null);
        (await ImportAsync("no", """{"text": "a document"}"""u8.ToArray())).AssertRefused("This is no flat FAISS index: its kind is '??te'", null);
        (await ImportAsync("no", file[..^25])).AssertRefused("2 rows of 2 dimensions end at byte 98, and the file at byte 97. It was cut short.", null);
        (await ImportAsync("no", file, "&reembed=true")).AssertRefused("An index file of FAISS has no texts", "reembed");
        (await ImportAsync("no", file, "&format=csv")).AssertRefused("Invalid value for 'format'", "format");
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/collections/no")).Status);
    }

    [Fact]
    public async Task A_row_that_is_wrong_is_told_by_its_position_or_skipped()
    {
        var file = FileOf(2, Metric.InnerProduct, [1, 2, 3], [1, 2, 3, 4, 5, 6]);
        BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan((2 * HeaderBytes) + 8 + (3 * sizeof(float))), float.NaN);
        (await ImportAsync("wrong", file)).AssertRefused("Invalid 'row 1.vector[1]': NaN is beyond", "row 1");
        var last = (await ImportAsync("wrong", file, "&on_error=skip")).Json;
        Assert.Equal((2, 1), (last["imported"]!.GetValue<int>(), last["skipped_lines"]![0]!["line"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Vectors_that_do_not_compare_with_the_collection_are_refused()
    {
        await server.PutAsync("/collections/three", """{"dimensions": 3, "metric": "cosine"}""");
        (await ImportAsync("three", FileOf(2, Metric.InnerProduct, [1], [1, 2]))).AssertRefused(
            "The file: the vectors are of nobody's model in particular with 2 numbers, and collection 'three' holds vectors of nobody's model in particular with 3 numbers: they do not compare.", "model");
        Assert.Equal(HttpStatusCode.OK, (await ImportAsync("three", FileOf(3, Metric.Euclidean, [1], [1, 2, 3]))).Status);
    }

    private async Task<Reply> ImportAsync(string name, byte[] file, string query = "")
    {
        using var content = new ByteArrayContent(file);
        var format = query.Contains("format=", StringComparison.Ordinal) ? "" : "format=faiss";
        return await Server.ReadAsync(await server.Http.PostAsync(new Uri($"/collections/{name}/import?{format}{query}", UriKind.Relative), content, Server.Cancelled));
    }

    private static byte[] FileOf(int dimensions, Metric metric, long[] ids, float[] rows)
    {
        var index = new FlatIndex(dimensions, metric);
        index.Upsert(ids, rows);
        using var stream = new MemoryStream();
        FaissFile.Write(index, stream);
        return stream.ToArray();
    }
}
