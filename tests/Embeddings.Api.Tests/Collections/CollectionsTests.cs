using System.Net;

namespace Embeddings.Api.Tests.Collections;

public sealed class CollectionsTests(Server server) : IClassFixture<Server>
{
    [Fact]
    public async Task A_collection_is_made_once_described_listed_and_deleted()
    {
        var made = await server.PutAsync(new { metric = "dot" }, "/collections/once");
        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Equal("/collections/once", made.Response.Headers.Location!.ToString());
        Assert.Equal(("static-en-384", 384, "dot", 0), ((string)made.Json["model"]!, (int)made.Json["dimensions"]!, (string)made.Json["metric"]!, (int)made.Json["documents"]!));
        Assert.Equal(HttpStatusCode.OK, (await server.PutAsync(new { metric = "dot" }, "/collections/once")).Status);
        Assert.Equal(made.Text, (await server.GetAsync("/collections/once")).Text);
        Assert.Contains("once", (await server.GetAsync("/collections")).Json["data"]!.AsArray().Select(item => (string)item!["name"]!));
        Assert.Equal("""{"object":"collection.deleted","id":"once","deleted":true}""", (await server.DeleteAsync("/collections/once")).Text);
        (await server.GetAsync("/collections/once")).AssertEnvelope(HttpStatusCode.NotFound);
        (await server.DeleteAsync("/collections/once")).AssertEnvelope(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Without_a_body_it_has_the_defaults_and_with_other_settings_it_is_a_conflict()
    {
        var reply = await Server.ReadAsync(await server.Http.PutAsync("/collections/plain", null, Server.Cancelled));
        Assert.Equal(("static-en-384", "cosine"), ((string)reply.Json["model"]!, (string)reply.Json["metric"]!));
        var conflict = (await server.PutAsync(new { dimensions = 3 }, "/collections/plain")).AssertEnvelope(HttpStatusCode.Conflict);
        Assert.Contains("model 'static-en-384', 384 dimensions and metric 'cosine'", conflict.Message, StringComparison.Ordinal);
        Assert.Contains("no model, 3 dimensions", conflict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shorter_vectors_of_the_model_are_made_and_searched()
    {
        await server.PutAsync(new { model = "static-en-384", dimensions = 64 }, "/collections/short");
        await server.PostAsync("""{"documents": [{"id": "cat", "text": "cat"}, {"id": "car", "text": "car"}]}""", "/collections/short/documents");
        var found = (await server.PostAsync("""{"collection": "short", "query": "kitten", "top_k": 1, "include": ["vector"]}""", "/search")).Json["results"]![0]!;
        Assert.Equal(("cat", 64), ((string)found["id"]!, found["vector"]!.AsArray().Count));
    }

    [Theory]
    [InlineData("/collections/.hidden", "{}", "Invalid collection name")]
    [InlineData("/collections/a%20b", "{}", "Invalid collection name")]
    [InlineData("/collections/x", """{"metric": "cos"}""", "Invalid value for 'metric'")]
    [InlineData("/collections/x", """{"dimensions": 0}""", "Invalid 'dimensions': 0 is not between 1 and 65536")]
    [InlineData("/collections/x", """{"model": "static-en-384", "dimensions": 385}""", "Invalid 'dimensions': 385 is not between 1 and 384")]
    [InlineData("/collections/x", """{"dimensions": "3"}""", "Invalid type for 'dimensions'")]
    [InlineData("/collections/x", "[]", "The body must be a JSON object")]
    public async Task What_is_wrong_is_named(string path, string body, string message)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var reply = (await Server.ReadAsync(await server.Http.PutAsync(path, content, Server.Cancelled))).AssertEnvelope(HttpStatusCode.BadRequest);
        Assert.Contains(message, reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collection_keeps_to_its_model()
    {
        await server.PutAsync(new { dimensions = 2 }, "/collections/own");
        var named = await server.PostAsync("""{"model": "static-en-384", "documents": [{"vector": [1, 2]}]}""", "/collections/own/documents");
        Assert.Contains("leave 'model' out", named.AssertEnvelope(HttpStatusCode.BadRequest).Message, StringComparison.Ordinal);
        var text = await server.PostAsync("""{"documents": [{"text": "cat"}]}""", "/collections/own/documents");
        Assert.Contains("send vectors of 2 numbers", text.AssertEnvelope(HttpStatusCode.BadRequest).Message, StringComparison.Ordinal);
        (await server.PutAsync(new { model = "gpt-4" }, "/collections/y")).AssertEnvelope(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Keys_are_asked_for_and_wrong_methods_are_told_so()
    {
        await using var closed = new Server(new() { ["Auth:ApiKeys"] = "secret" });
        foreach (var path in new[] { "/collections", "/collections/a", "/collections/a/documents", "/collections/a/export" })
        {
            (await closed.GetAsync(path)).AssertEnvelope(HttpStatusCode.Unauthorized);
        }

        (await closed.PostAsync("{}", "/search")).AssertEnvelope(HttpStatusCode.Unauthorized);
        (await closed.PostAsync("{}", "/similarity")).AssertEnvelope(HttpStatusCode.Unauthorized);
        (await server.GetAsync("/search")).AssertEnvelope(HttpStatusCode.MethodNotAllowed);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Web_pages_may_make_and_delete(string method)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/collections/web");
        request.Headers.Add("Origin", "https://example.com");
        request.Headers.Add("Access-Control-Request-Method", method);
        using var reply = await server.Http.SendAsync(request, Server.Cancelled);
        Assert.Contains(method, string.Join(',', reply.Headers.GetValues("Access-Control-Allow-Methods")), StringComparison.Ordinal);
    }
}
