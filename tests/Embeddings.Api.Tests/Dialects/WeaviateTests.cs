using System.Net;
using System.Text.Json.Nodes;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.Dialects;

/// <summary>What Weaviate asks of its text2vec-transformers container.</summary>
public sealed class WeaviateTests(Server server) : IClassFixture<Server>
{
    [Theory]
    [InlineData("/.well-known/live")]
    [InlineData("/.well-known/ready")]
    public async Task The_probes_answer_with_nothing(string path)
    {
        var reply = await server.GetAsync(path);
        Assert.Equal((HttpStatusCode.NoContent, ""), (reply.Status, reply.Text));
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync(HttpMethod.Head, path)).Status);
    }

    [Fact]
    public async Task Meta_describes_the_model() =>
        Assert.Equal(384, (await server.GetAsync("/meta")).Json["dimensions"]!.GetValue<int>());

    [Theory]
    [InlineData("/vectors", """{"text": "a cat", "config": {"pooling_strategy": "masked_mean", "task_type": "passage", "dimensions": null}, "dims": 0, "vector": null, "error": ""}""")]
    [InlineData("/vectors/", """{"text": "a cat", "config": {"pooling_strategy": "masked_mean", "task_type": "query"}}""")]
    [InlineData("/vectors", """{"text": "a cat", "config": {"pooling_strategy": "", "task_type": "", "dimensions": 0}}""")]
    [InlineData("/vectors", """{"text": "a cat"}""")]
    public async Task A_text_gets_its_vector_without_a_content_type(string path, string body)
    {
        using var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body));
        var reply = await Server.ReadAsync(await server.Http.PostAsync(new Uri(server.Http.BaseAddress!, path), content, Server.Cancelled));
        Assert.Equal(["text", "dims", "vector"], reply.Json.AsObject().Select(field => field.Key));
        Assert.Equal(("a cat", 384), (reply.Json["text"]!.GetValue<string>(), reply.Json["dims"]!.GetValue<int>()));
        var expected = await server.EmbedAsync("a cat");
        Assert.All(expected.Zip(Reply.VectorOf(reply.Json)), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public async Task Queries_and_passages_get_the_prompts_of_the_model()
    {
        using var tiny = new TinyModel(
            ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "cat", "ask", "say"],
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1], prompts: new() { ["query"] = "ask ", ["document"] = "say " });
        await using var prompted = new Server(new() { ["Models:Directory"] = tiny.Models, ["Models:Default"] = TinyModel.Name });
        foreach (var (type, text) in new[] { ("query", "ask cat"), ("passage", "say cat") })
        {
            var reply = await prompted.PostAsync(new { text = "cat", config = new { task_type = type } }, "/vectors");
            Assert.Equal(await prompted.EmbedAsync(text), Reply.VectorOf(reply.Json));
        }
    }

    [Fact]
    public async Task Fewer_dimensions_are_those_of_the_plain_route()
    {
        var reply = await server.PostAsync("""{"text": "a cat", "config": {"dimensions": 64}}""", "/vectors");
        Assert.Equal(64, reply.Json["dims"]!.GetValue<int>());
        Assert.Equal((await server.PostAsync("""{"input": "a cat", "dimensions": 64}""")).Vector(), Reply.VectorOf(reply.Json));
    }

    [Theory]
    [InlineData("POST", "/vectors", "{}", 400, "'$.text' is invalid")]
    [InlineData("POST", "/vectors", """{"text": ""}""", 400, "empty string")]
    [InlineData("POST", "/vectors", """{"text": ["a"]}""", 400, "'text'")]
    [InlineData("POST", "/vectors", """{"text": "a", "config": {"pooling_strategy": "cls"}}""", 400, "config.pooling_strategy")]
    [InlineData("POST", "/vectors", """{"text": "a", "config": {"task_type": "poem"}}""", 400, "poem")]
    [InlineData("POST", "/vectors", """{"text": "a", "config": {"dimensions": 385}}""", 400, "dimensions")]
    [InlineData("POST", "/vectors", """{"text": "a""", 400, "JSON")]
    [InlineData("POST", "/vectors", "", 400, "JSON object")]
    [InlineData("PUT", "/vectors", "{}", 405, "Not allowed")]
    [InlineData("POST", "/meta", "{}", 405, "Not allowed")]
    public async Task A_failure_is_a_text(string method, string path, string body, int status, string part)
    {
        var reply = await server.SendAsync(new HttpMethod(method), path, body);
        Assert.Equal((status, "error"), ((int)reply.Status, string.Join(' ', reply.Json.AsObject().Select(field => field.Key))));
        Assert.Contains(part, reply.Error.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_keys_the_probes_are_open_and_a_missing_key_is_told_as_a_text()
    {
        await using var closed = new Server(new() { ["Auth:ApiKeys"] = "secret" });
        Assert.Equal(HttpStatusCode.NoContent, (await closed.GetAsync("/.well-known/ready")).Status);
        var reply = await closed.PostAsync("""{"text": "a"}""", "/vectors");
        Assert.Equal((HttpStatusCode.Unauthorized, JsonValueKindOf(reply)), (reply.Status, System.Text.Json.JsonValueKind.String));
        Assert.Equal(HttpStatusCode.Unauthorized, (await closed.GetAsync("/meta")).Status);
    }

    private static System.Text.Json.JsonValueKind JsonValueKindOf(Reply reply) => ((JsonNode)reply.Error).GetValueKind();
}
