using System.IO.Compression;
using System.Net;
using System.Text;

namespace Embeddings.Api.Tests.Pipeline;

/// <summary>Bodies in every form that clients send, and in some that they should not.</summary>
public sealed class BodiesTests(Server server) : IClassFixture<Server>
{
    private const string Json = """{"input": "a cat"}""";

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json; charset=\"UTF-8\"")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain")]
    [InlineData("Text/Plain; charset=UTF-8")]
    public async Task Json_is_read_whatever_it_is_called(string? contentType) =>
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(Encoding.UTF8.GetBytes(Json), contentType)).Status);

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/xml")]
    [InlineData("application/json; charset=utf-32")]
    [InlineData("application/json; charset=nonsense")]
    [InlineData("nonsense")]
    public async Task Another_content_type_is_a_415(string contentType) =>
        (await SendAsync(Encoding.UTF8.GetBytes(Json), contentType)).AssertEnvelope(HttpStatusCode.UnsupportedMediaType);

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Compressed_bodies_are_read(string encoding)
    {
        using var buffer = new MemoryStream();
        using (Stream stream = encoding switch
        {
            "gzip" => new GZipStream(buffer, CompressionMode.Compress, leaveOpen: true),
            "br" => new BrotliStream(buffer, CompressionMode.Compress, leaveOpen: true),
            _ => new ZLibStream(buffer, CompressionMode.Compress, leaveOpen: true),
        })
        {
            stream.Write(Encoding.UTF8.GetBytes(Json));
        }

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(buffer.ToArray(), "application/json", encoding)).Status);
    }

    [Fact]
    public async Task A_body_that_is_not_what_its_encoding_says_is_a_400()
    {
        var reply = (await SendAsync(Encoding.UTF8.GetBytes(Json), "application/json", "gzip")).AssertEnvelope(
            HttpStatusCode.BadRequest);
        Assert.Contains("decompressed", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_encoding_is_a_415_that_names_the_known_ones()
    {
        var reply = (await SendAsync(Encoding.UTF8.GetBytes(Json), "application/json", "zstd")).AssertEnvelope(
            HttpStatusCode.UnsupportedMediaType);
        Assert.Contains("gzip, br and deflate", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_may_be_as_large_as_the_setting_and_no_larger_also_when_chunked_or_compressed()
    {
        await using var small = new Server(new() { ["Limits:MaxBodyBytes"] = "10000" });
        var body = $$"""{"input": "{{new string('a', 20_000)}}"}""";
        (await small.PostAsync(body)).AssertEnvelope(HttpStatusCode.RequestEntityTooLarge);

        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/v1/embeddings");
        chunked.Content = new StringContent(body, Encoding.UTF8, "application/json");
        chunked.Headers.TransferEncodingChunked = true;
        (await Server.ReadAsync(await small.Http.SendAsync(chunked, Server.Cancelled))).AssertEnvelope(
            HttpStatusCode.RequestEntityTooLarge);

        using var buffer = new MemoryStream();
        await using (var gzip = new GZipStream(buffer, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(body), Server.Cancelled);
        }

        Assert.True(buffer.Length < 1000);
        using var content = new ByteArrayContent(buffer.ToArray());
        content.Headers.ContentType = new("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        (await Server.ReadAsync(await small.Http.PostAsync(new Uri("/v1/embeddings", UriKind.Relative), content, Server.Cancelled)))
            .AssertEnvelope(HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal(HttpStatusCode.OK, (await small.PostAsync($$"""{"input": "{{new string('a', 9_000)}}"}""")).Status);
    }

    [Fact]
    public async Task Chunked_bodies_and_expect_continue_are_read()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/embeddings");
        request.Content = new StringContent(Json, Encoding.UTF8, "application/json");
        request.Headers.TransferEncodingChunked = true;
        request.Headers.ExpectContinue = true;
        Assert.Equal(
            HttpStatusCode.OK, (await Server.ReadAsync(await server.Http.SendAsync(request, Server.Cancelled))).Status);
    }

    // Bodies are read in pieces whose size depends on the length that the client declares.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bodies_of_every_length_are_read_whole(bool chunked)
    {
        foreach (var length in new[] { 4_095, 4_096, 4_097, 65_535, 65_536, 65_537, 200_000 })
        {
            const string Start = "{\"input\": \"a cat\", \"user\": \"", End = "é\"}";
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/embeddings");
            request.Content = new StringContent(
                $"{Start}{new string('u', length - Start.Length - End.Length - 1)}{End}",
                Encoding.UTF8,
                "application/json");
            request.Headers.TransferEncodingChunked = chunked;
            var reply = await Server.ReadAsync(await server.Http.SendAsync(request, Server.Cancelled));
            Assert.Equal((await server.EmbedAsync("a cat"))[0], reply.Vector()[0]);
        }
    }

    [Fact]
    public async Task A_byte_order_mark_is_skipped()
    {
        byte[] marked = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Json)];
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(marked, "application/json")).Status);
    }

    private async Task<Reply> SendAsync(byte[] body, string? contentType, string? encoding = null)
    {
        using var content = new ByteArrayContent(body);
        if (contentType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        return await Server.ReadAsync(
            await server.Http.PostAsync(new Uri("/v1/embeddings", UriKind.Relative), content, Server.Cancelled));
    }
}
