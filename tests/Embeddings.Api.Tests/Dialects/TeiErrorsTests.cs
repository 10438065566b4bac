using System.Net;
using System.Text;

namespace Embeddings.Api.Tests.Dialects;

/// <summary>What Text Embeddings Inference's clients are told of requests that fail.</summary>
public sealed class TeiErrorsTests(TeiServer served) : IClassFixture<TeiServer>
{
    private readonly Server _server = served.Server;

    [Theory]
    [InlineData("/embed", """{"inputs": []}""", 400, "`inputs` cannot be empty", "Empty")]
    [InlineData("/embed_all", """{"inputs": []}""", 400, "`inputs` cannot be empty", "Empty")]
    [InlineData("/embed_sparse", """{"inputs": []}""", 400, "`inputs` cannot be empty", "Empty")]
    [InlineData("/embed", """{"inputs": ""}""", 400, "Input validation error: `inputs` cannot be empty", "Empty")]
    [InlineData("/embed", """{"inputs": ["red", ""]}""", 400, "Input validation error: `inputs` cannot be empty", "Empty")]
    [InlineData("/embed", """{"inputs": [[], [5]]}""", 400, "Input validation error: `inputs` cannot be empty", "Empty")]
    [InlineData("/tokenize", """{"inputs": [""]}""", 400, "Input validation error: `inputs` cannot be empty", "Empty")]
    [InlineData("/decode", """{"ids": []}""", 400, "`ids` cannot be empty", "Empty")]
    [InlineData("/similarity", """{"inputs": {"source_sentence": "red", "sentences": []}}""", 400, "`inputs.sentences` cannot be empty", "Empty")]
    [InlineData("/embed", """{"inputs": "red", "dimensions": 0}""", 422, "Input validation error: `dimensions` should be positive", "Validation")]
    [InlineData("/embed", """{"inputs": "red", "dimensions": 3}""", 422, "Input validation error: `dimensions` should be smaller than the maximum embedding dimension.", "Validation")]
    [InlineData("/embed", """{"inputs": "red red red red red red red", "truncate": false}""", 422, "Input validation error: `inputs` must have less than 8 tokens. Given: 9", "Validation")]
    [InlineData("/embed_all", """{"inputs": "red red red red red red red", "truncate": false}""", 422, "Input validation error: `inputs` must have less than 8 tokens. Given: 9", "Validation")]
    [InlineData(
        "/embed_all", """{"inputs": "red red red red red red red", "parameters": {"truncate": false}}""", 422,
        "Input validation error: `inputs` must have less than 8 tokens. Given: 9", "Validation")]
    [InlineData("/embed", """{"inputs": "red", "prompt_name": "nobody"}""", 422, null, "Validation")]
    [InlineData("/embed_sparse", """{"inputs": "red", "prompt_name": "query"}""", 422, null, "Validation")]
    [InlineData("/similarity", """{"inputs": {"source_sentence": "red", "sentences": ["red"]}, "parameters": {"prompt_name": "nobody"}}""", 422, null, "Validation")]
    [InlineData("/similarity", """{"inputs": {"source_sentence": "red", "sentences": ["red red red red red red red"]}, "parameters": {"truncate": false}}""", 422, "Input validation error: `inputs` must have less than 8 tokens. Given: 9", "Validation")]
    [InlineData("/embed", """{"inputs": [99]}""", 422, null, "Validation")]
    public async Task A_failure_is_a_sentence_and_a_type_that_has_its_status(string path, string body, int status, string? error, string type)
    {
        var reply = await _server.PostAsync(body, path);
        Assert.Equal((status, type), ((int)reply.Status, reply.Json["error_type"]!.GetValue<string>()));
        Assert.Equal(["error", "error_type"], reply.Json.AsObject().Select(field => field.Key));
        Assert.Equal(error ?? reply.Error.GetValue<string>(), reply.Error.GetValue<string>());
    }

    [Theory]
    [InlineData("/embed", """{"inputs": 3}""", 422, "Failed to deserialize the JSON body into the target type: ")]
    [InlineData("/embed", """{}""", 422, "Failed to deserialize the JSON body into the target type: missing field `inputs`")]
    [InlineData("/embed", """[]""", 422, "Failed to deserialize the JSON body into the target type: ")]
    [InlineData("/embed", """{"inputs": [true]}""", 422, "Failed to deserialize")]
    [InlineData("/embed", """{"inputs": ["a", 3]}""", 422, "Failed to deserialize")]
    [InlineData("/embed", """{"inputs": [1, -1]}""", 422, "Failed to deserialize")]
    [InlineData("/embed", """{"inputs": [1.5]}""", 422, "Failed to deserialize")]
    [InlineData("/embed", """{"inputs": "a", "truncate": "yes"}""", 422, "Failed to deserialize")]
    [InlineData("/embed", """{"inputs": "a", "truncation_direction": "up"}""", 422, "Failed to deserialize")]
    [InlineData("/embed", """{"inputs": {"source_sentence": "a", "sentences": ["b"]}}""", 422, "Failed to deserialize")]
    [InlineData("/embed", """{"inputs": "a", "parameters": {"truncate": "\ud83d"}}""", 422, "Failed to deserialize")]
    [InlineData("/tokenize", """{"inputs": 3}""", 422, "Failed to deserialize")]
    [InlineData("/predict", """{"inputs": ["a", "b", "c"]}""", 422, "Failed to deserialize")]
    [InlineData("/predict", """{"inputs": [["a"], "b"]}""", 422, "Failed to deserialize")]
    [InlineData("/similarity", """{"inputs": "a"}""", 422, "Failed to deserialize")]
    [InlineData("/similarity", """{"inputs": {"sentences": ["a"]}}""", 422, "Failed to deserialize")]
    [InlineData("/vertex", """{"instances": [{"inputs": 3}]}""", 422, "Failed to deserialize")]
    [InlineData("/vertex", """{"instances": [null]}""", 422, "Failed to deserialize")]
    [InlineData("/predict", """{"inputs": "a", "truncation_direction": "up"}""", 422, "Failed to deserialize")]
    [InlineData("/decode", """{"ids": "a"}""", 422, "Failed to deserialize")]
    [InlineData("/embed", """{"inputs": """, 400, "Failed to parse the request body as JSON: ")]
    [InlineData("/embed", """nothing""", 400, "Failed to parse the request body as JSON: ")]
    [InlineData("/embed", "", 400, "Failed to parse the request body as JSON: ")]
    [InlineData("/tokenize", """{"inputs": ["a""", 400, "Failed to parse the request body as JSON: ")]
    public async Task A_body_that_cannot_be_read_is_answered_in_plain_text(string path, string body, int status, string begins)
    {
        var reply = await _server.PostAsync(body, path);
        Assert.Equal((status, "text/plain"), ((int)reply.Status, reply.Response.Content.Headers.ContentType?.MediaType));
        Assert.StartsWith(begins, reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/embed_sparse", """{"inputs": "red"}""", "Backend error: Model is not an embedding model with SPLADE pooling")]
    [InlineData("/predict", """{"inputs": "red"}""", "Backend error: Model is not a classifier model")]
    public async Task What_no_model_can_do_is_a_failed_dependency(string path, string body, string error)
    {
        await using var poor = new TeiServer([], hasOthers: false);
        var reply = await poor.Server.PostAsync(body, path);
        Assert.Equal((424, error, "Backend"), ((int)reply.Status, reply.Error.GetValue<string>(), reply.Json["error_type"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Limits_are_told_in_numbers()
    {
        await using var small = new TeiServer(new() { ["Limits:MaxInputs"] = "2", ["Limits:MaxBodyBytes"] = "2000" });
        foreach (var path in new[] { "/embed", "/embed_all", "/embed_sparse", "/tokenize" })
        {
            var reply = await small.Server.PostAsync("""{"inputs": ["red", "red", "red"]}""", path);
            Assert.Equal((422, "batch size 3 > maximum allowed batch size 2"), ((int)reply.Status, reply.Error.GetValue<string>()));
        }

        var large = await small.Server.PostAsync(new { inputs = new string('a', 3000) }, "/embed");
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "text/plain"), (large.Status, large.Response.Content.Headers.ContentType?.MediaType));
        Assert.Equal(2, (await small.Server.GetAsync("/info")).Json["max_client_batch_size"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_missing_key_and_a_wrong_method_have_no_body_and_another_content_type_has_a_sentence()
    {
        await using var locked = new TeiServer(new() { ["Auth:ApiKeys"] = "secret" });
        foreach (var path in new[] { "/embed", "/", "/decode", "/vertex" })
        {
            var reply = await locked.Server.PostAsync("""{"inputs": "red"}""", path);
            Assert.Equal((HttpStatusCode.Unauthorized, ""), (reply.Status, reply.Text));
        }

        Assert.Equal((HttpStatusCode.Unauthorized, ""), ((await locked.Server.GetAsync("/info")).Status, (await locked.Server.GetAsync("/info")).Text));
        var wrong = await _server.GetAsync("/embed");
        Assert.Equal((HttpStatusCode.MethodNotAllowed, ""), (wrong.Status, wrong.Text));
        using var xml = new StringContent("<a/>", Encoding.UTF8, "application/xml");
        var type = await Server.ReadAsync(await _server.Http.PostAsync(new Uri("/embed", UriKind.Relative), xml, Server.Cancelled));
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "Expected request with `Content-Type: application/json`"), (type.Status, type.Text));
    }
}
