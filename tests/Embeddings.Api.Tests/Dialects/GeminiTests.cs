using System.Net;
using System.Text.Json.Nodes;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.Dialects;

/// <summary>Gemini's routes for vectors, after its documentation (v1beta, <c>models.embedContent</c>).</summary>
public sealed class GeminiTests(Server server) : IClassFixture<Server>
{
    private const string Path = "/v1beta/models/static-en-384";

    [Theory]
    [InlineData("/v1beta/models/static-en-384", "models/static-en-384")]
    [InlineData("/v1/models/static-en-384", "static-en-384")]
    [InlineData("/v1beta/models/STATIC%2Den-384", "models/STATIC-en-384")]
    public async Task A_text_gets_the_vector_of_v1_embeddings(string path, string model)
    {
        var reply = await server.PostAsync(
            $$$"""{"model": "{{{model}}}", "content": {"role": "user", "parts": [{"text": "The cat sits outside"}]}, "taskType": "SEMANTIC_SIMILARITY", "safety": 1}""",
            path + ":embedContent");
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        Assert.Equal("embedding", Assert.Single(reply.Json.AsObject()).Key);
        AssertNear(await server.EmbedAsync("The cat sits outside"), reply.Json["embedding"]!);
    }

    [Theory]
    [InlineData("/v1beta/models/sentence-transformers/all-MiniLM-L6-v2")]
    [InlineData("/v1beta/models/sentence-transformers%2Fall-MiniLM-L6-v2")]
    [InlineData("/v1/models/all-minilm")]
    public async Task A_name_may_have_an_owner_raw_or_encoded(string path) => Assert.Equal(
        HttpStatusCode.OK,
        (await server.PostAsync("""{"content": {"parts": [{"text": "a"}]}}""", path + ":embedContent")).Status);

    [Fact]
    public async Task Texts_of_a_batch_keep_their_order_whatever_each_is_for()
    {
        var reply = await server.PostAsync(
            """
            {"requests": [
                {"model": "models/static-en-384", "content": {"parts": [{"text": "a cat"}]}, "taskType": "RETRIEVAL_QUERY"},
                {"content": {"parts": [{"text": "a dog"}]}, "outputDimensionality": 64},
                {"content": {"parts": [{"text": "a"}, {"text": "bird"}]}, "taskType": "RETRIEVAL_QUERY"},
                {"content": {"parts": [{"text": "a bird"}]}, "taskType": "RETRIEVAL_DOCUMENT", "title": "Birds"}]}
            """,
            Path + ":batchEmbedContents");
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        var vectors = reply.Json["embeddings"]!.AsArray();
        Assert.Equal([384, 64, 384, 384], vectors.Select(vector => vector!["values"]!.AsArray().Count));
        AssertNear(await server.EmbedAsync("a cat"), vectors[0]!);
        AssertNear(await server.EmbedAsync("a\nbird"), vectors[2]!);
        AssertNear(await server.EmbedAsync("Birds\na bird"), vectors[3]!);
    }

    [Theory]
    [InlineData("RETRIEVAL_QUERY", "ask a")]
    [InlineData("QUESTION_ANSWERING", "ask a")]
    [InlineData("RETRIEVAL_DOCUMENT", "tell a")]
    [InlineData("CLUSTERING", "a")]
    [InlineData("TASK_TYPE_UNSPECIFIED", "a")]
    public async Task The_task_chooses_the_models_prompt(string task, string text)
    {
        using var tiny = new TinyModel(
            ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "ask", "tell"],
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 4, 5, -1, -2, 7],
            prompts: new() { ["query"] = "ask ", ["document"] = "tell " });
        await using var own = new Server(new() { ["Models:Directory"] = tiny.Models, ["Models:Default"] = TinyModel.Name });
        var reply = await own.PostAsync(
            $$$"""{"content": {"parts": [{"text": "a"}]}, "taskType": "{{{task}}}"}""", "/v1beta/models/tiny:embedContent");
        AssertNear(await own.EmbedAsync(text), reply.Json["embedding"]!);
    }

    [Theory]
    [InlineData(":embedContent", """{"content": {"parts": [{"inlineData": {"mimeType": "image/png", "data": ""}}]}}""", "content.parts[0]")]
    [InlineData(":embedContent", """{"content": {"parts": []}}""", "content.parts")]
    [InlineData(":embedContent", "{}", "content.parts")]
    [InlineData(":embedContent", """{"content": {"parts": [null]}}""", "content.parts[0]")]
    [InlineData(":embedContent", """{"content": {"parts": [{"text": ""}]}}""", "empty string")]
    [InlineData(":embedContent", """{"content": {"parts": [{"text": "a"}]}, "taskType": "JUGGLE"}""", "'JUGGLE'")]
    [InlineData(":embedContent", """{"content": {"parts": [{"text": "a"}]}, "outputDimensionality": 385}""", "385")]
    [InlineData(":embedContent", """{"content": {"parts": [{"text": "a"}]}, "outputDimensionality": 0}""", "minimum")]
    [InlineData(":embedContent", """{"model": "models/other", "content": {"parts": [{"text": "a"}]}}""", "'other'")]
    [InlineData(":batchEmbedContents", """{"requests": []}""", "requests")]
    [InlineData(":batchEmbedContents", """{"requests": [null]}""", "requests[0].content")]
    [InlineData(":batchEmbedContents", """{"requests": [{"content": "a"}]}""", "requests[0].content")]
    [InlineData(":batchEmbedContents", "null", "")]
    public async Task A_wrong_request_is_an_invalid_argument_that_names_the_field(string method, string body, string part)
    {
        var reply = await server.PostAsync(body, Path + method);
        Assert.Equal((HttpStatusCode.BadRequest, 400, "INVALID_ARGUMENT"), (reply.Status, reply.Error["code"]!.GetValue<int>(), reply.Error["status"]!.GetValue<string>()));
        Assert.Contains(part, reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_model_is_not_found()
    {
        var reply = await server.PostAsync("""{"content": {"parts": [{"text": "a"}]}}""", "/v1beta/models/x:embedContent");
        Assert.Equal((HttpStatusCode.NotFound, "NOT_FOUND"), (reply.Status, reply.Error["status"]!.GetValue<string>()));
        Assert.StartsWith("models/x is not found", reply.Message, StringComparison.Ordinal);
    }

    private static void AssertNear(float[] expected, JsonNode embedding)
    {
        var values = embedding["values"]!.AsArray().Select(number => number!.GetValue<float>()).ToArray();
        Assert.Equal(expected.Length, values.Length);
        Assert.All(expected.Zip(values), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }
}
