using System.Net;

namespace Embeddings.Api.Tests.Dialects;

/// <summary>Hugging Face's paths, which name a model and a task, and Pinecone's request for vectors.</summary>
public sealed class HuggingFaceTests(TeiServer served) : IClassFixture<TeiServer>
{
    private readonly Server _server = served.Server;

    [Theory]
    [InlineData("/models/tests/tiny")]
    [InlineData("/models/tests%2Ftiny")]
    [InlineData("/models/tests/tiny/pipeline/feature-extraction")]
    [InlineData("/hf-inference/models/tests/tiny")]
    [InlineData("/hf-inference/models/tests/tiny/pipeline/feature-extraction")]
    [InlineData("/pipeline/feature-extraction/tests/tiny")]
    public async Task A_path_names_the_model_and_the_task(string path)
    {
        var reply = await _server.PostAsync("""{"inputs": ["red", "blue"], "options": {"wait_for_model": true}}""", path);
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal(2, reply.Json.AsArray().Count);
        Assert.All(TeiServer.Numbers(reply.Json[0]!).Zip(await _server.EmbedAsync("red")), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        var shorter = await _server.PostAsync("""{"inputs": "red", "parameters": {"dimensions": 1, "normalize": true, "truncate": true}}""", path);
        Assert.Equal("[[1]]", shorter.Text);
    }

    [Fact]
    public async Task Sentences_are_compared()
    {
        var reply = await _server.PostAsync(
            """{"inputs": {"source_sentence": "red", "sentences": ["red", "blue"]}, "parameters": {}}""",
            "/pipeline/sentence-similarity/tests/tiny");
        Assert.Equal(2, TeiServer.Numbers(reply.Json).Length);
        Assert.Equal(1, TeiServer.Numbers(reply.Json)[0], 1e-5f);
    }

    [Theory]
    [InlineData("/models/nobody/knows", """{"inputs": "red"}""", 404)]
    [InlineData("/pipeline/text-generation/tests/tiny", """{"inputs": "red"}""", 400)]
    [InlineData("/pipeline/sentence-similarity/tests/tiny", """{"inputs": "red"}""", 400)]
    [InlineData("/pipeline/feature-extraction", """{"inputs": "red"}""", 400)]
    [InlineData("/models/tests/tiny", """{"inputs": 3}""", 400)]
    [InlineData("/models/tests/tiny", """{"inputs": """, 400)]
    [InlineData("/models/tests/tiny", """{"inputs": []}""", 400)]
    public async Task A_failure_is_one_sentence(string path, string body, int status)
    {
        var reply = await _server.PostAsync(body, path);
        Assert.Equal(status, (int)reply.Status);
        Assert.Equal(["error"], reply.Json.AsObject().Select(field => field.Key));
        Assert.NotEmpty(reply.Error.GetValue<string>());
    }

    [Fact]
    public async Task Openais_models_keep_their_own_failures()
    {
        (await _server.GetAsync("/models/nobody")).AssertEnvelope(HttpStatusCode.NotFound);
        (await _server.DeleteAsync("/models/nobody")).AssertEnvelope(HttpStatusCode.MethodNotAllowed);
        Assert.Equal("tests/tiny", (await _server.GetAsync("/models/tests/tiny")).Json["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Pinecone_gets_vectors_of_objects_with_a_text()
    {
        var reply = await _server.PostAsync(
            """{"model": "tiny", "inputs": [{"text": "red"}, {"text": "blue"}], "parameters": {"input_type": "query", "truncate": "END"}}""", "/embed");
        Assert.Equal(["model", "vector_type", "data", "usage"], reply.Json.AsObject().Select(field => field.Key));
        Assert.Equal(("tests/tiny", "dense", 8), (reply.Json["model"]!.GetValue<string>(), reply.Json["vector_type"]!.GetValue<string>(), reply.Json["usage"]!["total_tokens"]!.GetValue<int>()));
        Assert.All(TeiServer.Numbers(reply.Json["data"]![0]!["values"]!).Zip(await _server.EmbedAsync("ask red")), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        var unknown = await _server.PostAsync("""{"model": "nobody", "inputs": [{"text": "red"}]}""", "/embed");
        Assert.Equal((404, "NOT_FOUND"), (unknown.Json["status"]!.GetValue<int>(), unknown.Error["code"]!.GetValue<string>()));
    }
}
