using System.Net;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.OpenAi;

/// <summary>Section <c>Input</c>, and the truncation that everybody can see.</summary>
public sealed class InputSettingsTests
{
    private static readonly string Long = string.Join(' ', Enumerable.Repeat("a cat and a dog", 2000));

    [Fact]
    public async Task A_text_that_is_too_long_is_cut_and_the_reply_says_so()
    {
        await using var server = new Server();
        var reply = await server.PostAsync(new { input = new[] { Long, "short", Long + " bird" } });
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal("2", reply.Header("x-truncated-inputs"));
        Assert.Equal(reply.Vector(0), reply.Vector(2));
        Assert.Null((await server.PostAsync(new { input = "short" })).Header("x-truncated-inputs"));
    }

    [Fact]
    public async Task Truncate_false_makes_it_a_400_in_openais_words()
    {
        await using var server = new Server();
        var reply = (await server.PostAsync(new { input = new[] { "short", Long }, truncate = false })).AssertEnvelope(
            HttpStatusCode.BadRequest);
        Assert.StartsWith(
            "This model's maximum context length is 8192 tokens, however you requested 10002 tokens (10002 in your prompt; 0 for the completion).",
            reply.Message, StringComparison.Ordinal);
        Assert.Contains("'$.input[1]'", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_location_of_a_single_input_has_no_index()
    {
        await using var server = new Server(new() { ["Input:TokenIds"] = "Native" });
        (await server.PostAsync(new { input = Long, truncate = false })).AssertRefused(
            "The input is '$.input'.", "input");
        (await server.PostAsync(new { input = new[] { Long }, truncate = false })).AssertRefused(
            "The input is '$.input[0]'.", "input");
        (await server.PostAsync(new { input = new[] { 5, 30_000 } })).AssertRefused(
            "'input[1]': 30000 is not a token id", "input");
        (await server.PostAsync(new { input = new[] { new[] { 5, 30_000 } } })).AssertRefused(
            "'input[0][1]': 30000 is not a token id", "input");
    }

    [Fact]
    public async Task The_setting_reject_does_the_same_unless_the_request_allows_cutting()
    {
        await using var server = new Server(new() { ["Input:Truncation"] = "Reject" });
        (await server.PostAsync(new { input = Long })).AssertEnvelope(HttpStatusCode.BadRequest);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(new { input = Long, truncate = true })).Status);
    }

    [Fact]
    public async Task The_setting_chunk_reads_everything()
    {
        await using var server = new Server(new() { ["Input:Truncation"] = "Chunk" });
        var reply = await server.PostAsync(new { input = new[] { Long, Long + " bird" } });
        Assert.Null(reply.Header("x-truncated-inputs"));
        Assert.Equal(20_009, reply.Json["usage"]!["total_tokens"]!.GetValue<int>()); // two chunks each, so four special tokens each
        Assert.NotEqual(reply.Vector(0), reply.Vector(1));
    }

    [Fact]
    public async Task Empty_strings_are_embedded_if_the_operator_says_so()
    {
        await using var server = new Server(new() { ["Input:EmptyText"] = "Embed" });
        var reply = await server.PostAsync(new { input = new[] { "", "a" } });
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal((await server.PostAsync(new { input = " " })).Vector(), reply.Vector(0));
    }

    [Fact]
    public async Task Token_ids_are_read_as_the_setting_says()
    {
        await using (var server = new Server(new() { ["Input:TokenIds"] = "O200k" }))
        {
            var text = await server.PostAsync(new { input = "Hello, world!" });
            Assert.Equal(
                text.Vector(), (await server.PostAsync(new { input = new[] { 13225, 11, 2375, 0 } })).Vector());
        }

        await using (var server = new Server(new() { ["Input:TokenIds"] = "Native" }))
        {
            var cat = Array.IndexOf(await File.ReadAllLinesAsync(Path.Combine(Repository.TestModels, "static-en-384", "vocab.txt"), Server.Cancelled), "cat");
            Assert.Equal(
                (await server.PostAsync(new { input = "cat" })).Vector(),
                (await server.PostAsync(new { input = new[] { cat } })).Vector());
            var reply = (await server.PostAsync(new { input = new[] { new[] { 5 }, [5, 30_000] } })).AssertEnvelope(
                HttpStatusCode.BadRequest);
            Assert.Contains("'input[1][1]'", reply.Message, StringComparison.Ordinal);
        }

        await using (var server = new Server(new() { ["Input:TokenIds"] = "Reject" }))
        {
            var reply = (await server.PostAsync(new { input = new[] { 9906 } })).AssertEnvelope(
                HttpStatusCode.BadRequest);
            Assert.Contains("not token ids", reply.Message, StringComparison.Ordinal);
        }
    }
}
