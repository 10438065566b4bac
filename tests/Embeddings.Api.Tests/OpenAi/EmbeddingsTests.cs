using System.Net;
using System.Runtime.InteropServices;

namespace Embeddings.Api.Tests.OpenAi;

/// <summary>What a right request gets.</summary>
public sealed class EmbeddingsTests(Server server) : IClassFixture<Server>
{
    [Fact]
    public async Task The_reply_has_openais_shape()
    {
        var reply = await server.PostAsync(new { input = "The cat sits outside", model = "text-embedding-3-small" });
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal(["object", "data", "model", "usage", "id", "created"], reply.Json.AsObject().Select(pair => pair.Key));
        Assert.Equal("list", reply.Json["object"]!.GetValue<string>());
        Assert.Equal("static-en-384", reply.Json["model"]!.GetValue<string>());
        Assert.Equal(["prompt_tokens", "total_tokens"], reply.Json["usage"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(6, reply.Json["usage"]!["prompt_tokens"]!.GetValue<int>());
        Assert.Matches("^embd-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", reply.Json["id"]!.GetValue<string>());
        Assert.True(reply.Json["created"]!.GetValue<long>() > 1_700_000_000);
        var item = reply.Json["data"]!.AsArray().Single()!;
        Assert.Equal(["object", "index", "embedding"], item.AsObject().Select(pair => pair.Key));
        Assert.Equal("embedding", item["object"]!.GetValue<string>());
        Assert.Equal(384, reply.Vector().Length);
        Assert.Equal(1, Math.Sqrt(reply.Vector().Sum(x => (double)x * x)), 1e-6);
    }

    [Fact]
    public async Task Base64_holds_the_same_bits_as_the_numbers_little_endian_and_padded()
    {
        var withPlus = 0;
        for (var i = 0; i < 20; i++)
        {
            var text = $"sentence number {i}";
            var floats = (await server.PostAsync(new { input = text, dimensions = 256 })).Vector();
            var reply = await server.PostAsync(new { input = text, dimensions = 256, encoding_format = "base64" });
            var base64 = reply.Json["data"]![0]!["embedding"]!.GetValue<string>();
            Assert.Equal(1368, base64.Length); // 1,024 bytes do not divide by three
            Assert.EndsWith("==", base64, StringComparison.Ordinal);
            Assert.Equal(floats, MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(base64)).ToArray());

            // OpenAI's .NET client 2.1 cannot read an escaped plus.
            Assert.DoesNotContain("\\u002B", reply.Text, StringComparison.OrdinalIgnoreCase);
            withPlus += base64.Contains('+', StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.True(withPlus > 0);
    }

    [Fact]
    public async Task Two_thousand_inputs_keep_their_order_and_equal_ones_are_equal()
    {
        string[] texts = [.. Enumerable.Range(0, 2048).Select(i => $"text {i % 1500}")];
        var reply = await server.PostAsync(new { input = texts, dimensions = 8 });
        Assert.Equal(
            Enumerable.Range(0, 2048), reply.Json["data"]!.AsArray().Select(item => item!["index"]!.GetValue<int>()));
        Assert.Equal(reply.Vector(7), reply.Vector(1507));
        Assert.Equal(
            (await server.PostAsync(new { input = texts[1033], dimensions = 8 })).Vector(), reply.Vector(1033));
        var one = await server.PostAsync(new { input = new[] { "text 7", "text 7" }, dimensions = 8 });
        Assert.Equal(8, one.Json["usage"]!["total_tokens"]!.GetValue<int>()); // counted each time
    }

    [Fact]
    public async Task Nulls_count_as_absent_and_unknown_fields_are_ignored()
    {
        var plain = await server.PostAsync(new { input = "a" });
        var reply = await server.PostAsync(
            """{"input": "a", "model": null, "encoding_format": null, "dimensions": null, "user": null, "truncate": null, "input_type": null, "prompt_name": null, "nobody_knows": {"x": [1, null]}}""");
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal(plain.Vector(), reply.Vector());
    }

    [Theory]
    [InlineData("[9906, 11, 1917, 0]")]
    [InlineData("[[9906, 11, 1917, 0]]")]
    public async Task Token_ids_stand_for_their_cl100k_text(string ids)
    {
        var text = await server.PostAsync(new { input = "Hello, world!" });
        var reply = await server.PostAsync($$"""{"input": {{ids}}}""");
        Assert.Equal(text.Vector(), reply.Vector());
        Assert.Equal(text.Json["usage"]!.ToJsonString(), reply.Json["usage"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"input": "\ud83d a"}""", "\uFFFD a")]
    [InlineData("""{"input": "a \ude00"}""", "a \uFFFD")]
    [InlineData("""{"input": "\ud83d\ud83d\ude00 b"}""", "\uFFFD\U0001F600 b")]
    [InlineData("""{"input": "\uD83D\u0041"}""", "\uFFFDA")]
    [InlineData("""{"input": "tab\there \"quoted\" \\ \/ \u00e9"}""", "tab\there \"quoted\" \\ / é")]
    public async Task Escapes_are_read_and_lone_surrogates_become_the_replacement_character(string body, string text) =>
        Assert.Equal((await server.PostAsync(new { input = text })).Vector(), (await server.PostAsync(body)).Vector());

    [Fact]
    public async Task White_space_is_legal() =>
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(new { input = new[] { " ", "\n" } })).Status);

    [Fact]
    public async Task Fewer_dimensions_are_cut_and_scaled_to_one_again()
    {
        var whole = (await server.PostAsync(new { input = "a cat" })).Vector();
        var cut = (await server.PostAsync(new { input = "a cat", dimensions = 5 })).Vector();
        var norm = (float)Math.Sqrt(whole.Take(5).Sum(x => (double)x * x));
        Assert.All(whole.Take(5).Zip(cut), pair => Assert.Equal(pair.First / norm, pair.Second, 1e-6f));
        Assert.Equal(whole, (await server.PostAsync(new { input = "a cat", dimensions = 384 })).Vector());
    }

    [Fact]
    public async Task Numbers_are_the_shortest_that_read_back_the_same()
    {
        var reply = await server.PostAsync(new { input = "a cat" });
        var written = reply.Text.Split("\"embedding\":[")[1].Split(']')[0].Split(',');
        Assert.All(written, number => Assert.Equal(
            float.Parse(number, System.Globalization.CultureInfo.InvariantCulture).ToString("R", System.Globalization.CultureInfo.InvariantCulture), number));
    }
}
