using System.Net;
using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests.Dialects;

/// <summary>Ollama's routes, after its source (<c>server/routes.go</c>, <c>api/types.go</c>).</summary>
public sealed class OllamaTests(OllamaTests.RealModel model) : IClassFixture<OllamaTests.RealModel>
{
    private const string Name = "all-MiniLM-L6-v2";
    private const int Dimensions = 384;
    private const int MaxTokens = 256;

    private Server Server => model.Server;

    [Theory]
    [InlineData("""{"model": "all-minilm", "input": ["The cat sits outside", ""], "keep_alive": -1, "options": null, "CustomHeaders": {}}""", "all-minilm", 2)]
    [InlineData("""{"model": "ALL-MINILM", "input": "The cat sits outside", "keep_alive": "5m", "truncate": null, "options": {"use_mmap": true}}""", "ALL-MINILM", 1)]
    [InlineData("""{"model": "hf.co/sentence-transformers/all-MiniLM-L6-v2", "input": "The cat sits outside", "dimensions": 384}""", "hf.co/sentence-transformers/all-MiniLM-L6-v2", 1)]
    [InlineData("""{"model": "all-minilm", "input": "The cat sits outside", "dimensions": 1024}""", "all-minilm", 1)]
    public async Task Vectors_are_those_of_v1_embeddings_and_the_model_is_named_as_asked(
        string body, string name, int count)
    {
        var reply = await OkAsync(body, "/api/embed");
        Assert.Equal(
            ["model", "embeddings", "total_duration", "load_duration", "prompt_eval_count"],
            reply.Json.AsObject().Select(field => field.Key));
        var vectors = reply.Json["embeddings"]!.AsArray();
        Assert.Equal((name, count), (reply.Json["model"]!.GetValue<string>(), vectors.Count));
        AssertNear(await Server.EmbedAsync("The cat sits outside"), Numbers(vectors[0]!), 1e-6);
        // [CLS] and [SEP] count; an empty text has no others.
        Assert.Equal(count == 2 ? 8 : 6, reply.Json["prompt_eval_count"]!.GetValue<int>());
        Assert.True(reply.Json["total_duration"]!.GetValue<long>() >= reply.Json["load_duration"]!.GetValue<long>());
        Assert.Equal(Dimensions, Numbers(vectors[^1]!).Length);
    }

    [Theory]
    [InlineData("""{"model": "all-minilm"}""")]
    [InlineData("""{"model": "all-minilm", "input": ""}""")]
    [InlineData("""{"model": "all-minilm", "input": null}""")]
    [InlineData("""{"model": "all-minilm", "input": []}""")]
    public async Task Without_a_text_there_are_no_vectors(string body) =>
        Assert.Equal("""{"model":"all-minilm","embeddings":[]}""", (await OkAsync(body, "/api/embed")).Text);

    [Fact]
    public async Task Fewer_dimensions_cut_the_vector_and_scale_it_to_length_1()
    {
        var body = """{"model": "all-minilm", "input": ["The cat sits outside"], "dimensions": 64}""";
        var cut = Numbers((await OkAsync(body, "/api/embed")).Json["embeddings"]![0]!);
        var whole = (await Server.EmbedAsync("The cat sits outside"))[..64];
        var length = Math.Sqrt(whole.Sum(number => (double)number * number));
        AssertNear([.. whole.Select(number => (float)(number / length))], cut, 1e-6);
    }

    [Fact]
    public async Task The_context_can_be_smaller_than_the_models_and_never_larger()
    {
        // [CLS], four words, [SEP].
        var six = await EmbedAsync("one two three four", """{"num_ctx": 6}""");
        var cut = await EmbedAsync("one two three four five six", """{"num_ctx": 6}""");
        Assert.Equal(six, cut);
        var text = string.Concat(Enumerable.Repeat("word ", MaxTokens + 50));
        Assert.Equal(
            MaxTokens,
            (await OkAsync($$$"""{"model": "all-minilm", "input": "{{{text}}}", "options": {"num_ctx": 8192}}""", "/api/embed"))
                .Json["prompt_eval_count"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("""{"model": "all-minilm", "input": "one two three", "truncate": false, "options": {"num_ctx": 4}}""")]
    [InlineData("""{"model": "all-minilm", "input": ["one", "one two three"], "options": {"num_ctx": 2}}""")]
    public async Task A_text_that_may_not_be_cut_has_ollamas_own_words(string body) =>
        AssertError(
            await Server.PostAsync(body, "/api/embed"), HttpStatusCode.BadRequest,
            "the input length exceeds the context length");

    [Fact]
    public async Task The_first_route_gives_one_vector()
    {
        var reply = await OkAsync("""{"model": "all-minilm:latest", "prompt": "The cat sits outside"}""", "/api/embeddings");
        Assert.Equal("embedding", Assert.Single(reply.Json.AsObject()).Key);
        AssertNear(await Server.EmbedAsync("The cat sits outside"), Numbers(reply.Json["embedding"]!), 1e-6);
        Assert.Equal("""{"embedding":[]}""", (await OkAsync("""{"model": "all-minilm", "prompt": ""}""", "/api/embeddings")).Text);
    }

    [Fact]
    public async Task Every_name_is_listed_with_its_tag_and_can_be_used()
    {
        var models = (await Server.GetAsync("/api/tags")).Json["models"]!.AsArray();
        var tag = Assert.Single(models, item => item!["name"]!.GetValue<string>() == "all-minilm:latest")!;
        Assert.Equal(
            ["name", "model", "modified_at", "size", "digest", "details", "capabilities"],
            tag.AsObject().Select(field => field.Key));
        Assert.Equal(("all-minilm:latest", "2021-08-30T00:00:00Z", 90893304), (Text(tag["model"]), Text(tag["modified_at"]), tag["size"]!.GetValue<int>()));
        Assert.Equal("4a64cee3d4134bbdc86eed96e1a660efec58975417204ecfcf134140edb6e0e2", Text(tag["digest"]));
        Assert.Equal(
            """{"parent_model":"","format":"onnx","family":"bert","families":["bert"],"parameter_size":"22.7M","quantization_level":"F32","context_length":256,"embedding_length":384}""",
            tag["details"]!.ToJsonString());
        Assert.Equal("""["embedding"]""", tag["capabilities"]!.ToJsonString());
        Assert.Equal(models.Count, models.Select(item => Text(item!["name"])).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        foreach (var name in models.Select(item => Text(item!["name"])))
        {
            Assert.Contains(':', name);
            await OkAsync($$"""{"model": "{{name}}", "input": "a"}""", "/api/embed");
        }
    }

    [Theory]
    [InlineData("""{"model": "all-minilm"}""")]
    [InlineData("""{"name": "all-minilm:latest", "verbose": true}""")]
    public async Task A_model_is_shown_by_the_names_of_gguf(string body)
    {
        var shown = (await OkAsync(body, "/api/show")).Json;
        Assert.Equal(
            ["license", "modelfile", "parameters", "template", "details", "model_info", "capabilities", "modified_at"],
            shown.AsObject().Select(field => field.Key));
        var info = shown["model_info"]!;
        Assert.Equal("bert", Text(info["general.architecture"]));
        (string Name, long Value)[] expected =
        [
            ("general.parameter_count", 22713216), ("bert.context_length", 256), ("bert.embedding_length", 384),
            ("bert.block_count", 6), ("bert.attention.head_count", 12), ("bert.pooling_type", 1),
        ];
        Assert.All(expected, fact => Assert.Equal(fact.Value, info[fact.Name]!.GetValue<long>()));
    }

    [Fact]
    public async Task A_model_in_memory_is_listed_and_stays()
    {
        await Server.EmbedAsync("a");
        var models = (await Server.GetAsync("/api/ps")).Json["models"]!.AsArray();
        var loaded = Assert.Single(models, item => Text(item!["name"]) == "all-minilm:latest")!;
        Assert.Equal("2318-01-01T00:00:00Z", Text(loaded["expires_at"]));
        Assert.Equal((0, MaxTokens), (loaded["size_vram"]!.GetValue<int>(), loaded["context_length"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("HEAD", "/")]
    [InlineData("HEAD", "/api/version")]
    [InlineData("HEAD", "/api/tags")]
    public async Task Clients_see_that_it_runs(string method, string path) =>
        Assert.Equal(HttpStatusCode.OK, (await Server.SendAsync(new HttpMethod(method), path)).Status);

    [Fact]
    public async Task The_version_is_one_that_clients_can_compare() =>
        Assert.True(Version.Parse(Text((await Server.GetAsync("/api/version")).Json["version"])) >= new Version(0, 6, 4));

    [Theory]
    [InlineData("/api/embed", """{"model": "x", "input": "a"}""", 404, "model 'x' not found")]
    [InlineData("/api/embed", "{}", 404, "model '' not found")]
    [InlineData("/api/embed", """{"model": "x:latest", "input": []}""", 404, "model 'x:latest' not found")]
    [InlineData("/api/embed", null, 400, "missing request body")]
    [InlineData("/api/embed", """{"model": "all-minilm", "input": [1, 2]}""", 400, "invalid input type")]
    [InlineData("/api/embed", """{"model": "all-minilm", "input": ["a", null]}""", 400, "invalid input type")]
    [InlineData("/api/embed", """{"model": "all-minilm", "input": {"a": 1}}""", 400, "invalid input type")]
    [InlineData("/api/embed", """{"model": "all-minilm", "input": 7}""", 400, "invalid input type")]
    [InlineData("/api/embed", """{"model": "all-minilm", "input": "a" """, 400, null)]
    [InlineData("/api/embed", """{"model": 1, "input": "a"}""", 400, null)]
    [InlineData("/api/embed", """{"model": "all-minilm", "input": "a", "dimensions": "384"}""", 400, null)]
    [InlineData("/api/embed", """{"model": "all-minilm", "input": "a", "options": []}""", 400, null)]
    [InlineData("/api/embed", "[]", 400, null)]
    [InlineData("/api/embeddings", """{"model": "x", "prompt": "a"}""", 404, "model \"x\" not found, try pulling it first")]
    [InlineData("/api/embeddings", """{"prompt": "a"}""", 400, "model is required")]
    [InlineData("/api/embeddings", """{"model": "all-minilm", "prompt": ["a"]}""", 400, null)]
    [InlineData("/api/embeddings", null, 400, "missing request body")]
    [InlineData("/api/show", """{"model": "x"}""", 404, "model 'x' not found")]
    [InlineData("/api/show", "{}", 400, "model is required")]
    [InlineData("/api/generate", """{"model": "all-minilm", "prompt": "a"}""", 400, "\"all-minilm\" does not support generate")]
    [InlineData("/api/chat", """{"model": "all-minilm", "messages": []}""", 400, "\"all-minilm\" does not support chat")]
    [InlineData("/api/chat", """{"model": "x", "messages": []}""", 404, "model 'x' not found")]
    public async Task Failures_have_ollamas_status_and_words(string path, string? body, int status, string? text)
    {
        var reply = await Server.SendAsync(HttpMethod.Post, path, body);
        AssertError(reply, (HttpStatusCode)status, text);
    }

    [Theory]
    [InlineData("\"\\ud83d half a pair\"")]
    [InlineData("\"\\u0000\\u200b\"")]
    [InlineData("[\"\", \"\", \" \"]")]
    public async Task Strange_texts_are_embedded(string input) =>
        await OkAsync($$"""{"model": "all-minilm", "input": {{input}}}""", "/api/embed");

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static float[] Numbers(JsonNode vector) =>
        [.. vector.AsArray().Select(number => number!.GetValue<float>())];

    private static void AssertNear(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    private static void AssertError(Reply reply, HttpStatusCode status, string? text)
    {
        Assert.True(status == reply.Status, reply.Text);
        var (name, error) = Assert.Single(reply.Json.AsObject());
        Assert.Equal("error", name);
        Assert.NotEmpty(Text(error));
        Assert.Equal(text ?? Text(error), Text(error));
    }

    private async Task<Reply> OkAsync(string body, string path)
    {
        var reply = await Server.PostAsync(body, path);
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        return reply;
    }

    private async Task<string> EmbedAsync(string text, string options) =>
        (await OkAsync($$"""{"model": "all-minilm", "input": "{{text}}", "options": {{options}}}""", "/api/embed"))
            .Json["embeddings"]!.ToJsonString();

    /// <summary>The model that Ollama calls all-minilm.</summary>
    public sealed class RealModel : IAsyncDisposable
    {
        internal Server Server { get; } = new(new() { ["Models:Default"] = Name });

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
