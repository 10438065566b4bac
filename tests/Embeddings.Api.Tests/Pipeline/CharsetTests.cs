using System.IO.Compression;
using System.Net;
using System.Text;
using Embeddings.Api.Errors;

namespace Embeddings.Api.Tests.Pipeline;

/// <summary>
/// Bytes are what their charset says, or a 400 that says where they are not: two ids in Latin-1 would become one.
/// </summary>
public sealed class CharsetTests(Server server) : IClassFixture<Server>
{
    private const string Documents = """{"documents": [{"id": "Müller", "vector": [1]}, {"id": "Möller €", "vector": [2]}]}""";

    [Fact]
    public async Task Two_ids_in_latin_1_do_not_become_one()
    {
        var body = Encoding.Latin1.GetBytes(Documents);
        (await SendAsync(body, "/collections/latin/documents", "application/json")).AssertRefused(
            $"the byte at offset {Documents.IndexOf('ü', StringComparison.Ordinal)} (from 0)", null);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/collections/latin")).Status);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF }, 0)]
    [InlineData(new byte[] { 0xC3, 0x28 }, 0)]
    [InlineData(new byte[] { 0xC3, 0xA4, 0xC3 }, 2)]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, 0)]
    [InlineData(new byte[] { 0xC0, 0x80 }, 0)]
    [InlineData(new byte[] { 0xF0, 0x9F, 0x98 }, 0)]
    public async Task The_offset_is_told_wherever_the_body_is_cut_into_parts(byte[] invalid, int offset)
    {
        byte[] prefix = [.. """{"input": "ä"""u8];
        foreach (var length in new[] { 0, 1, 4096, 65_533, 300_001 })
        {
            byte[] body = [.. prefix, .. Enumerable.Repeat("ß€😀"u8.ToArray(), length / 9).SelectMany(bytes => bytes), .. invalid, .. "\"}"u8];
            var position = prefix.Length + (length / 9 * 9) + offset;
            (await SendAsync(body, "/v1/embeddings", "application/json")).AssertRefused(
                $"the byte at offset {position} (from 0)", null);
        }

        (await SendAsync([.. prefix, 0xF0, 0x9F], "/v1/embeddings", "application/json")).AssertRefused(
            $"the byte at offset {prefix.Length}", null);
    }

    [Theory]
    [InlineData("iso-8859-1", 28591)]
    [InlineData("latin1", 28591)]
    [InlineData("windows-1252", 1252)]
    [InlineData("UTF-16", 1200)]
    [InlineData("utf-16", 1201)]
    [InlineData("utf-16le", 1200)]
    [InlineData("utf-16be", 1201)]
    public async Task A_charset_that_the_content_type_names_is_honoured(string charset, int codePage)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(codePage) ?? Encoding.GetEncoding(codePage);
        var expected = codePage == 28591 ? "Möller ?" : "Möller €";
        foreach (var body in new[] { encoding.GetBytes(Documents), [.. encoding.GetPreamble(), .. encoding.GetBytes(Documents)] })
        {
            await server.DeleteAsync("/collections/honoured");
            var reply = await SendAsync(
                body, "/collections/honoured/documents", $"application/json; charset={charset}");
            Assert.Equal((HttpStatusCode.OK, 2), (reply.Status, reply.Json["ids"]?.AsArray().Count));
            Assert.Equal(["Müller", expected], (await server.GetAsync("/collections/honoured/documents")).Ids("data"));
        }

        await server.DeleteAsync("/collections/lines");
        var import = await SendAsync(
            encoding.GetBytes("{\"id\": \"Müller\", \"vector\": [1]}\n{\"id\": \"Möller €\", \"vector\": [1]}\n"),
            "/collections/lines/import",
            $"text/plain; charset={charset}");
        Assert.Equal(HttpStatusCode.OK, import.Status);
        Assert.Equal(["Müller", expected], (await server.GetAsync("/collections/lines/documents")).Ids("data"));
    }

    [Fact]
    public async Task Half_a_pair_in_utf_16_is_a_400()
    {
        var reply = await SendAsync(Encoding.Unicode.GetBytes("{\"input\": \"a").Concat(new byte[] { 0x3D, 0xD8 }).Concat(Encoding.Unicode.GetBytes("\"}")).ToArray(), "/v1/embeddings", "application/json; charset=utf-16");
        reply.AssertRefused("half of a surrogate pair", null);
    }

    [Fact]
    public async Task What_is_decompressed_is_held_to_the_same()
    {
        using var buffer = new MemoryStream();
        await using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.Latin1.GetBytes(Documents), Server.Cancelled);
        }

        (await SendAsync(buffer.ToArray(), "/collections/latin/documents", "application/json", "gzip")).AssertRefused(
            "the byte at offset", null);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(buffer.ToArray(), "/collections/zipped/documents", "application/json; charset=latin1", "gzip")).Status);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Only_the_body_is_blamed_for_data_that_cannot_be_decompressed(string encoding)
    {
        (await SendAsync("not compressed at all"u8.ToArray(), "/v1/embeddings", "application/json", encoding)).AssertRefused("could not be decompressed", null);
        (await SendAsync("not compressed at all"u8.ToArray(), "/v1/embeddings", "application/json; charset=utf-16", encoding)).AssertRefused("could not be decompressed", null);
        (await SendAsync("no route takes it"u8.ToArray(), "/v1/models", "application/json; charset=utf-16", encoding)).AssertEnvelope(HttpStatusCode.MethodNotAllowed);
        Assert.Equal(500, ErrorTable.Of(new InvalidDataException("a row of the store")).Status);
    }

    private async Task<Reply> SendAsync(byte[] body, string path, string contentType, string? encoding = null)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        return await Server.ReadAsync(
            await server.Http.PostAsync(new Uri(path, UriKind.Relative), content, Server.Cancelled));
    }
}
