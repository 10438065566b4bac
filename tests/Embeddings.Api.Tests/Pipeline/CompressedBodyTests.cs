using System.IO.Compression;
using System.Net;
using System.Text;

namespace Embeddings.Api.Tests.Pipeline;

/// <summary>Bodies that are compressed: what is cut is not taken for whole, and what grows without end ends.</summary>
public sealed class CompressedBodyTests(Server server) : IClassFixture<Server>
{
    private static readonly byte[] Lines = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 2_000).Select(i => $$"""{"id":"{{i * 7919 % 2_003}}","vector":[{{i + 1}}]}""" + "\n")));

    public static TheoryData<string, int> Cuts => new() { { "gzip", 1 }, { "gzip", 8 }, { "gzip", 3_000 }, { "deflate", 1 }, { "deflate", 3_000 }, { "br", 1 }, { "br", 1_000 } };

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task An_import_that_was_cut_does_not_say_that_it_is_done(string encoding, int missing)
    {
        var whole = Compressed(encoding, Lines);
        var cut = await ImportAsync(encoding, whole[..^missing], "stop");
        Assert.DoesNotContain("\"done\":true", cut.Text, StringComparison.Ordinal);
        Assert.Contains("ends early", cut.Text, StringComparison.Ordinal);
        cut = await ImportAsync(encoding, whole[..^missing], "skip");
        Assert.DoesNotContain("\"done\":true", cut.Text, StringComparison.Ordinal);
        Assert.Contains(
            "\"imported\":2000,\"done\":true",
            (await ImportAsync(encoding, whole, "stop")).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kilobytes_that_grow_to_gigabytes_are_ended()
    {
        var reply = await ImportAsync(
            "br", Compressed("br", Encoding.ASCII.GetBytes(new string('\n', 200 << 20))), "stop");
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains("more than a thousand times", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_lines_that_are_no_documents_is_ended()
    {
        var reply = await ImportAsync(
            "br",
            Compressed("br", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{}\n", 1_000_000)))),
            "skip");
        Assert.Contains("10001 of 10001 lines are wrong", reply.Text, StringComparison.Ordinal);
    }

    private static byte[] Compressed(string encoding, byte[] bytes)
    {
        var buffer = new MemoryStream();
        using (Stream stream = encoding switch
        {
            "gzip" => new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(buffer, CompressionLevel.Fastest, leaveOpen: true),
            _ => new BrotliStream(buffer, CompressionLevel.Fastest, leaveOpen: true),
        })
        {
            stream.Write(bytes);
        }

        return buffer.ToArray();
    }

    private async Task<Reply> ImportAsync(string encoding, byte[] body, string onError)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentEncoding.Add(encoding);
        return await Server.ReadAsync(await server.Http.PostAsync(new Uri($"/collections/cut/import?on_error={onError}", UriKind.Relative), content, Server.Cancelled));
    }
}
