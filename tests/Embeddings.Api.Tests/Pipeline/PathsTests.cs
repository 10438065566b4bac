using System.Net;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.Pipeline;

/// <summary>
/// Paths as they come over the wire: what they name is what was sent, decoded once, and nothing else.
/// </summary>
public sealed class PathsTests(Server server) : IClassFixture<Server>
{
    [Theory]
    [InlineData("/collections/kept/documents/..")]
    [InlineData("/collections/kept/documents/../")]
    [InlineData("/collections/kept/documents/%2e%2e")]
    [InlineData("/collections/kept/documents/.%2E")]
    [InlineData("/collections/kept/documents/a/..%2f..")]
    [InlineData("/collections/kept/documents/..%2f..%2fkept")]
    [InlineData("/collections/other/documents/../../kept")]
    [InlineData("/collections/other/documents/%2e%2e/%2E%2E/kept?x=1")]
    [InlineData("/collections/./kept")]
    [InlineData("/collections/%2e/kept")]
    [InlineData("http://{host}/collections/other/../kept")]
    public async Task A_dot_segment_deletes_nothing(string target)
    {
        await server.AddAsync("kept", """[{"id": "a", "vector": [1]}]""");
        (await RawHttp.SendAsync(server, "DELETE", target)).AssertRefused("it has the segment '.", null);
        Assert.Equal(["a"], (await server.GetAsync("/collections/kept/documents")).Ids("data"));
        (await RawHttp.SendAsync(server, "GET", target)).AssertRefused("it has the segment '.", null);
    }

    // The path that fetch and Python's requests send for the document "..".
    [Theory]
    [InlineData("/collections/kept/")]
    [InlineData("/collections/kept//")]
    [InlineData("/collections//kept/?")]
    [InlineData("/%63ollections/kept/")]
    [InlineData("/%63OLLECTIONS/kep%74/")]
    public async Task A_slash_at_the_end_does_not_delete_a_collection(string target)
    {
        await server.AddAsync("kept", """[{"id": "a", "vector": [1]}]""");
        (await RawHttp.SendAsync(server, "DELETE", target)).AssertRefused("leave out the slash at the end", null);
        Assert.Equal(["a"], (await server.GetAsync("/collections/kept/documents")).Ids("data"));
        Assert.Equal(HttpStatusCode.OK, (await RawHttp.SendAsync(server, "GET", target)).Status);
    }

    [Fact]
    public async Task A_letter_means_the_same_encoded_and_not()
    {
        await server.AddAsync("spelt", """[{"id": "y", "vector": [1]}, {"id": "x/collections/b/documents/y", "vector": [1]}, {"id": "100%", "vector": [1]}]""");
        Assert.Equal(
            HttpStatusCode.OK, (await RawHttp.SendAsync(server, "GET", "/collections/spelt/%64ocuments/y")).Status);
        Assert.Equal(
            HttpStatusCode.OK, (await RawHttp.SendAsync(server, "GET", "/collections/spelt/documents/100%25")).Status);
        (await RawHttp.SendAsync(server, "GET", "/collections/spelt/documents/100%")).AssertRefused(
            "two hexadecimal digits", null);
        Assert.Equal(HttpStatusCode.OK, (await RawHttp.SendAsync(server, "DELETE", "/%63ollections/spelt/documents/x/collections/b/documents/y")).Status);
        Assert.Equal(["y", "100%"], (await server.GetAsync("/collections/spelt/documents")).Ids("data"));
    }

    [Theory]
    [InlineData("/collections/kept/documents/M%FCller")]
    [InlineData("/collections/M%FCller")]
    [InlineData("/v1/models/%C3")]
    [InlineData("/collections/kept/documents/%ed%a0%80")]
    public async Task Bytes_that_are_not_utf8_are_reported_with_their_position(string target) =>
        (await RawHttp.SendAsync(server, "GET", target)).AssertRefused("is not UTF-8", null);

    [Theory]
    [InlineData("/v1/models/tests%2Ftiny", true)]
    [InlineData("/v1/models/tests/tiny", true)]
    [InlineData("/v1/models/t%65sts%2Ftiny", true)]
    [InlineData("/v1/models/tests%252Ftiny", false)]
    [InlineData("/v1/models/t%2565sts/tiny", false)]
    [InlineData("/openai/deployments/tests%2Ftiny/embeddings", true)]
    [InlineData("/openai/deployments/tests%252Ftiny/embeddings", false)]
    [InlineData("/openai/deployments/tests/t%2569ny/embeddings", false)]
    public async Task The_name_of_a_model_is_decoded_once(string target, bool isKnown)
    {
        using var tiny = new TinyModel(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 4]);
        await using var own = new Server(
            new() { ["Models:Directory"] = tiny.Models, ["Models:Default"] = TinyModel.Name });
        var reply = target.Contains("deployments", StringComparison.Ordinal) ? await own.PostAsync(new { input = "a" }, target) : await own.GetAsync(target);
        Assert.True(reply.Status == (isKnown ? HttpStatusCode.OK : HttpStatusCode.NotFound), reply.Text);
    }

    [Fact]
    public async Task Ids_are_decoded_once()
    {
        await server.AddAsync("escapes", """[{"id": "-", "vector": [1]}, {"id": "%2D", "vector": [1]}, {"id": "%252D", "vector": [1]}]""");
        foreach (var (sent, id) in new[] { ("-", "-"), ("%2D", "-"), ("%252D", "%2D"), ("%25252D", "%252D") })
        {
            Assert.Equal(id, (await RawHttp.SendAsync(server, "GET", $"/collections/escapes/documents/{sent}")).Json["id"]!.GetValue<string>());
        }

        (await RawHttp.SendAsync(server, "GET", "/collections/escap%2565s")).AssertEnvelope(HttpStatusCode.NotFound);
    }
}
