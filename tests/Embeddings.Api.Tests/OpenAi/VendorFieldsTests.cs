using System.Net;
using System.Text.Json.Nodes;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.OpenAi;

/// <summary>Fields that clients of Mistral, Voyage, Jina, NVIDIA, Infinity and LlamaIndex send to OpenAI's path.</summary>
public sealed class VendorFieldsTests(Server server) : IClassFixture<Server>
{
    [Theory]
    [InlineData("""{"input": "a cat"}""")]
    [InlineData("""{"input": {"text": "a cat"}}""")]
    [InlineData("""{"input": [{"text": "a cat"}]}""")]
    [InlineData("""{"input": [{"image": null, "text": "a c\u0061t", "title": {"x": [1]}}, "a dog"]}""")]
    [InlineData("""{"input": ["a cat"], "truncation": true, "output_dimension": null, "output_dtype": "float", "input_type": null}""")]
    [InlineData("""{"input": ["a cat"], "truncate": "NONE", "input_type": "passage", "modality": "text", "dimensions": 0}""")]
    [InlineData("""{"input": "a cat", "truncate": "end", "truncation": true, "task": "text-matching", "normalized": true, "late_chunking": false, "return_multivector": false, "embedding_type": "float"}""")]
    [InlineData("""{"input": "a cat", "output_dtype": "float", "embedding_type": "float", "encoding_type": "float", "encoding_format": "float"}""")]
    [InlineData("""{"input": "a cat", "dimensions": 384, "output_dimension": 384}""")]
    public async Task What_asks_for_the_usual_vector_gets_it(string body)
    {
        var reply = await server.PostAsync(body);
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        Assert.Equal(await server.EmbedAsync("a cat"), reply.Vector());
    }

    [Theory]
    [InlineData("query")]
    [InlineData("document")]
    [InlineData("passage")]
    [InlineData("search_query")]
    [InlineData("search_document")]
    [InlineData("classification")]
    [InlineData("clustering")]
    [InlineData("text")]
    [InlineData("retrieval.query")]
    [InlineData("retrieval.passage")]
    [InlineData("text-matching")]
    [InlineData("separation")]
    [InlineData("retrieval_query")]
    [InlineData("retrieval_document")]
    [InlineData("semantic_similarity")]
    public async Task Every_vendors_kinds_of_texts_are_known(string kind)
    {
        var vector = await server.EmbedAsync("a cat");
        Assert.Equal(vector, (await server.PostAsync(new { input = "a cat", input_type = kind })).Vector());
        Assert.Equal(vector, (await server.PostAsync(new { input = "a cat", task = kind })).Vector());
    }

    [Fact]
    public async Task Output_dimension_is_the_same_as_dimensions()
    {
        var reply = await server.PostAsync(new { input = "a cat", output_dimension = 5 });
        Assert.Equal((await server.PostAsync(new { input = "a cat", dimensions = 5 })).Vector(), reply.Vector());
    }

    [Theory]
    [InlineData("""{"input": "a a b b b", "truncate": "START"}""", "b b")]
    [InlineData("""{"input": "a a b b b", "truncate": "END"}""", "a a")]
    [InlineData("""{"input": "a a b b b", "truncate": true}""", "a a")]
    [InlineData("""{"input": "a a b b b", "truncation": true}""", "a a")]
    [InlineData("""{"input": "a a b b b", "truncate": "NONE"}""", null)]
    [InlineData("""{"input": "a a b b b", "truncate": false}""", null)]
    [InlineData("""{"input": "a a b b b", "truncation": false}""", null)]
    public async Task A_text_that_is_too_long_is_cut_where_the_request_says_or_refused(string body, string? read)
    {
        string[] vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b"];
        using var model = new TinyModel(vocabulary, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 4, 4, 3], maxTokens: 4);
        await using var own = new Server(new() { ["Models:Directory"] = model.Models, ["Models:Default"] = "tiny" });
        var reply = await own.PostAsync(body);
        if (read is null)
        {
            reply.AssertRefused("maximum context length is 4 tokens, however you requested 7 tokens", "input");
            return;
        }

        Assert.Equal(await own.EmbedAsync(read), reply.Vector());
        Assert.Equal("1", reply.Header("x-truncated-inputs"));
    }

    [Fact]
    public async Task Vectors_are_not_scaled_if_the_request_says_so()
    {
        string[] vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"];
        using var model = new TinyModel(vocabulary, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 12], normalize: true);
        await using var own = new Server(new() { ["Models:Directory"] = model.Models, ["Models:Default"] = "tiny" });
        float[] expected = [3, 4];
        Assert.Equal(expected, (await own.PostAsync(new { input = "a", normalized = false })).Vector());
        Assert.Equal(0.6f, (await own.EmbedAsync("a"))[0], 1e-6f);
    }

    // Computed here from the floats, as the contracts of Voyage, Cohere and numpy's packbits say it.
    [Theory]
    [InlineData(384)]
    [InlineData(13)]
    public async Task Quantised_vectors_hold_the_codes_of_the_float_vector(int dimensions)
    {
        var floats = (await server.PostAsync(new { input = "a cat", dimensions })).Vector();
        var range = 4 / Math.Sqrt(dimensions);
        int[] int8 = [.. floats.Select(x => (int)Math.Clamp(Math.Round(127 * x / range), -128, 127))];
        int[] bits = [.. floats.Select(x => x > 0 ? 1 : 0).Chunk(8).Select(
            chunk => chunk.Select((bit, i) => bit << (7 - i)).Sum())];
        Assert.Equal((dimensions + 7) / 8, bits.Length);
        Assert.True(int8.Max() - int8.Min() > 60);
        foreach (var (type, expected) in new (string, int[])[]
        {
            ("int8", int8), ("uint8", [.. int8.Select(code => code + 128)]),
            ("ubinary", bits), ("binary", [.. bits.Select(bit => bit - 128)]),
        })
        {
            foreach (var field in new[] { "output_dtype", "embedding_type", "encoding_type" })
            {
                var body = new JsonObject { ["input"] = "a cat", ["dimensions"] = dimensions, [field] = type };
                var codes = (await server.PostAsync(body.ToJsonString())).Vector().Select(code => (int)code);
                Assert.All(codes.Zip(expected), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
                Assert.Equal(expected.Length, codes.Count());
                // A number just between two codes may be rounded either way.
                Assert.True(codes.Zip(expected).Count(pair => pair.First != pair.Second) <= 1, type);

                body["encoding_format"] = "base64";
                var base64 = (await server.PostAsync(body.ToJsonString())).Json["data"]![0]!["embedding"]!.GetValue<string>();
                Assert.Equal(codes.Select(code => (byte)code), Convert.FromBase64String(base64));
            }
        }
    }

    [Theory]
    [InlineData("output_dtype")]
    [InlineData("embedding_type")]
    [InlineData("encoding_type")]
    public async Task The_type_base64_is_the_format_base64(string field)
    {
        var reply = await server.PostAsync(new JsonObject { ["input"] = "a cat", [field] = "base64" }.ToJsonString());
        var same = await server.PostAsync(new { input = "a cat", encoding_format = "base64" });
        Assert.Equal(same.Json["data"]!.ToJsonString(), reply.Json["data"]!.ToJsonString());
    }

    [Fact]
    public async Task Eight_bit_codes_of_vectors_of_any_length_need_the_range_of_the_model()
    {
        string[] vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"];
        using var model = new TinyModel(vocabulary, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 12]);
        var settings = new Dictionary<string, string?> { ["Models:Directory"] = model.Models, ["Models:Default"] = "tiny" };
        await using (var without = new Server(settings))
        {
            (await without.PostAsync(new { input = "a", output_dtype = "int8" })).AssertRefused("no 'int8_range'", "output_dtype");
        }

        var path = Path.Combine(model.Folder, "model.json");
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(path, Server.Cancelled))!;
        manifest["int8_range"] = 12.7;
        await File.WriteAllTextAsync(path, manifest.ToJsonString(), Server.Cancelled);
        await using var with = new Server(settings);
        float[] codes = [30, 40];
        Assert.Equal(codes, (await with.PostAsync(new { input = "a", output_dtype = "int8" })).Vector());
    }
}
