using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests.Dialects;

/// <summary>Cohere's routes for vectors and tokens, after the types of its own client (cohere-python).</summary>
public sealed class CohereTests(Server server) : IClassFixture<Server>
{
    private const string Texts = """["The cat sits outside", "A dog barks loudly"]""";

    [Fact]
    public async Task Version_1_gives_a_plain_list()
    {
        var reply = await OkAsync($$"""{"texts": {{Texts}}, "model": "static-en-384", "input_type": "search_document"}""", "/v1/embed");
        Assert.Equal(["id", "texts", "embeddings", "meta", "response_type"], reply.AsObject().Select(field => field.Key));
        Assert.Equal("embeddings_floats", reply["response_type"]!.GetValue<string>());
        var tokens = (await server.PostAsync($$"""{"input": {{Texts}}}""")).Json["usage"]!["prompt_tokens"]!.GetValue<int>();
        Assert.Equal($$$"""{"api_version":{"version":"1"},"billed_units":{"input_tokens":{{{tokens}}}}}""", reply["meta"]!.ToJsonString());
        Assert.Equal(["The cat sits outside", "A dog barks loudly"], reply["texts"]!.AsArray().Select(text => text!.GetValue<string>()));
        AssertNear(await server.EmbedAsync("A dog barks loudly"), reply["embeddings"]![1]!);
    }

    [Theory]
    [InlineData("/v1/embed", "\"texts\": [\"a cat\"], \"embedding_types\": [\"float\"]", "1")]
    [InlineData("/v2/embed", "\"texts\": [\"a cat\"], \"input_type\": \"search_query\", \"truncate\": \"END\", \"priority\": 1", "2")]
    [InlineData("/v2/embed", "\"inputs\": [{\"content\": [{\"type\": \"text\", \"text\": \"a\"}, {\"type\": \"text\", \"text\": \"cat\"}]}]", "2")]
    public async Task Types_give_a_list_for_each(string path, string fields, string version)
    {
        var reply = await OkAsync($$"""{"model": "static-en-384", {{fields}}}""", path);
        Assert.Equal("embeddings_by_type", reply["response_type"]!.GetValue<string>());
        Assert.Equal(version, reply["meta"]!["api_version"]!["version"]!.GetValue<string>());
        Assert.Equal(fields.Contains("texts", StringComparison.Ordinal), reply.AsObject().ContainsKey("texts"));
        Assert.Equal("float", Assert.Single(reply["embeddings"]!.AsObject()).Key);
        AssertNear(await server.EmbedAsync("a cat"), Assert.Single(reply["embeddings"]!["float"]!.AsArray())!);
    }

    [Fact]
    public async Task Base64_has_the_bytes_of_the_floats()
    {
        var reply = await OkAsync("""{"texts": ["a"], "embedding_types": ["base64", "float", "base64"]}""", "/v2/embed");
        Assert.Equal(["base64", "float"], reply["embeddings"]!.AsObject().Select(type => type.Key));
        var bytes = Convert.FromBase64String(reply["embeddings"]!["base64"]![0]!.GetValue<string>());
        AssertNear([.. MemoryMarshal.Cast<byte, float>(bytes)], reply["embeddings"]!["float"]![0]!);
    }

    [Theory]
    [InlineData("int8", "output_dtype")]
    [InlineData("uint8", "output_dtype")]
    [InlineData("binary", "output_dtype")]
    [InlineData("ubinary", "output_dtype")]
    public async Task Codes_are_those_of_v1_embeddings(string type, string field)
    {
        var reply = await OkAsync($$"""{"texts": ["a cat"], "embedding_types": ["{{type}}"], "output_dimension": 64}""", "/v2/embed");
        var plain = await server.PostAsync($$"""{"input": "a cat", "{{field}}": "{{type}}", "dimensions": 64}""");
        Assert.Equal(plain.Json["data"]![0]!["embedding"]!.ToJsonString(), reply["embeddings"]![type]![0]!.ToJsonString());
    }

    [Fact]
    public async Task The_start_of_a_text_is_cut_if_its_end_is_to_stay()
    {
        var cut = await OkAsync("""{"texts": ["a dog and a cat"], "truncate": "START", "max_tokens": 4}""", "/v1/embed");
        var end = await OkAsync("""{"texts": ["a cat"]}""", "/v1/embed");
        Assert.Equal(end["embeddings"]!.ToJsonString(), cut["embeddings"]!.ToJsonString());
    }

    [Fact]
    public async Task Fewer_dimensions_and_tokens_can_be_asked_for()
    {
        var reply = await OkAsync("""{"texts": ["a cat and a dog"], "output_dimension": 64, "max_tokens": 4}""", "/v2/embed");
        var cut = await OkAsync("""{"texts": ["a cat"], "output_dimension": 64}""", "/v2/embed");
        Assert.Equal(64, reply["embeddings"]!["float"]![0]!.AsArray().Count);
        Assert.Equal(cut["embeddings"]!.ToJsonString(), reply["embeddings"]!.ToJsonString());
        Assert.Equal(4, reply["meta"]!["billed_units"]!["input_tokens"]!.GetValue<int>());
    }

    // Ids as transformers' AutoTokenizer gives them for all-MiniLM-L6-v2.
    [Fact]
    public async Task Tokens_are_the_models_without_those_that_it_adds_and_make_the_text_again()
    {
        var cut = await OkAsync("""{"text": "Tokenization isn’t naïve", "model": "all-minilm"}""", "/v1/tokenize");
        Assert.Equal("[19204,3989,3475,1521,1056,15743]", cut["tokens"]!.ToJsonString());
        Assert.Equal(["Token", "ization", "isn", "’", "t", "naïve"], cut["token_strings"]!.AsArray().Select(token => token!.GetValue<string>()));
        Assert.Equal("""{"api_version":{"version":"1"}}""", cut["meta"]!.ToJsonString());
        var text = await OkAsync("""{"tokens": [101, 19204, 3989, 15743, 102], "model": "all-minilm"}""", "/v1/detokenize");
        Assert.Equal("tokenization naive", text["text"]!.GetValue<string>());
        Assert.Equal("", (await OkAsync("""{"tokens": [-1, 2147483647]}""", "/v1/detokenize"))["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_models_are_listed_for_coheres_clients_beside_openais()
    {
        var listed = (await server.GetAsync("/v1/models?page_size=1")).Json;
        Assert.Null(listed["next_page_token"]);
        Assert.Equal(listed["data"]!.AsArray().Count, listed["models"]!.AsArray().Count);
        Assert.Equal(
            """{"name":"static-en-384","endpoints":["embed","rerank"],"context_length":8192,"tokenizer_url":null,"is_deprecated":false}""",
            listed["models"]![0]!.ToJsonString());
    }

    [Theory]
    [InlineData("{}", "'$.texts'")]
    [InlineData("""{"texts": []}""", "empty array")]
    [InlineData("""{"texts": [""]}""", "empty string")]
    [InlineData("""{"texts": [null]}""", "texts[0]")]
    [InlineData("""{"texts": "a"}""", "texts")]
    [InlineData("""{"texts": ["a"], "inputs": []}""", "inputs")]
    [InlineData("""{"images": ["data:image/png;base64,AAAA"]}""", "images")]
    [InlineData("""{"inputs": [{"content": [{"type": "image_url", "image_url": {"url": "data:,"}}]}]}""", "inputs[0].content[0]")]
    [InlineData("""{"inputs": [null]}""", "inputs[0].content")]
    [InlineData("""{"inputs": [{"content": []}]}""", "inputs[0].content")]
    [InlineData("""{"texts": ["a"], "embedding_types": ["int4"]}""", "int4")]
    [InlineData("""{"texts": ["a"], "embedding_types": [null]}""", "embedding_types")]
    [InlineData("""{"texts": ["a"], "truncate": "MIDDLE"}""", "MIDDLE")]
    [InlineData("""{"texts": ["a cat"], "truncate": "NONE", "max_tokens": 3}""", "maximum context length is 3")]
    [InlineData("""{"texts": ["a"], "max_tokens": 0}""", "maximum context length")]
    [InlineData("""{"texts": ["a"], "max_tokens": -2147483648}""", "maximum context length")]
    [InlineData("""{"texts": ["a"], "input_type": "image"}""", "input_type")]
    [InlineData("""{"texts": ["a"], "output_dimension": 400}""", "400")]
    public async Task A_wrong_request_says_what_is_wrong(string body, string part)
    {
        foreach (var path in new[] { "/v1/embed", "/v2/embed" })
        {
            var reply = await server.PostAsync(body, path);
            Assert.True(reply.Status == HttpStatusCode.BadRequest, reply.Text);
            var message = reply.Json["message"]!.GetValue<string>();
            Assert.StartsWith("invalid request: ", message, StringComparison.Ordinal);
            Assert.Contains(part, message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/v1/embed", """{"texts": ["a"], "model": "x"}""")]
    [InlineData("/v2/embed", """{"texts": ["a"], "model": "x"}""")]
    [InlineData("/v1/tokenize", """{"text": "a", "model": "x"}""")]
    [InlineData("/v1/detokenize", """{"tokens": [], "model": "x"}""")]
    public async Task An_unknown_model_has_coheres_own_words(string path, string body)
    {
        var reply = await server.PostAsync(body, path);
        Assert.Equal(HttpStatusCode.NotFound, reply.Status);
        Assert.Equal(
            "model 'x' not found, make sure the correct model ID was used and that you have access to the model.",
            reply.Json["message"]!.GetValue<string>());
    }

    private static void AssertNear(float[] expected, JsonNode vector)
    {
        var values = vector.AsArray().Select(number => number!.GetValue<float>()).ToArray();
        Assert.Equal(expected.Length, values.Length);
        Assert.All(expected.Zip(values), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    private async Task<JsonNode> OkAsync(string body, string path)
    {
        var reply = await server.PostAsync(body, path);
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        return reply.Json;
    }
}
