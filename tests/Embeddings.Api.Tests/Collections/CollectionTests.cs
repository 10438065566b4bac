using System.Net;

namespace Embeddings.Api.Tests.Collections;

/// <summary>Collections themselves: made, found, listed, deleted.</summary>
public sealed class CollectionTests(Server server) : IClassFixture<Server>
{
    [Theory]
    [InlineData("bare", null, "static-en-384", 384, "cosine")]
    [InlineData("empty", "{}", "static-en-384", 384, "cosine")]
    [InlineData("null", "null", "static-en-384", 384, "cosine")]
    [InlineData("alias", """{"model": "text-embedding-3-small"}""", "static-en-384", 384, "cosine")]
    [InlineData("short", """{"model": "static-en-384", "dimensions": 128}""", "static-en-384", 128, "cosine")]
    [InlineData("own", """{"dimensions": 3}""", null, 3, "cosine")]
    [InlineData("own-large", """{"dimensions": 65536, "metric": "dot"}""", null, 65_536, "dot")]
    [InlineData("far", """{"dimensions": 1, "metric": "euclidean"}""", null, 1, "euclidean")]
    public async Task Put_makes_a_collection_and_once_more_finds_it(
        string name, string? body, string? model, int dimensions, string metric)
    {
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var made = await server.PutAsync($"/collections/{name}", body);
        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Equal($"/collections/{name}", made.Response.Headers.Location?.ToString());
        Assert.InRange(
            made.Json["created"]!.GetValue<long>(), before, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        Assert.Equal(
            $$"""{"object":"collection","name":"{{name}}","model":{{(model is null ? "null" : $"\"{model}\"")}},"dimensions":{{dimensions}},"metric":"{{metric}}","created":{{made.Json["created"]}},"documents":0,"memory_bytes":0,"disk_bytes":0}""",
            made.Text);

        var again = await server.PutAsync($"/collections/{name}", body);
        Assert.Equal((HttpStatusCode.OK, made.Text), (again.Status, again.Text));
        Assert.Equal(made.Text, (await server.GetAsync($"/collections/{name}")).Text);
    }

    [Theory]
    [InlineData("""{"dimensions": 4}""")]
    [InlineData("""{"dimensions": 3, "metric": "dot"}""")]
    [InlineData("""{"model": "static-en-384"}""")]
    [InlineData(null)]
    public async Task Another_kind_under_the_name_is_a_409_that_says_what_is_there(string? body)
    {
        await server.PutAsync("/collections/taken", """{"dimensions": 3}""");
        var reply = (await server.PutAsync("/collections/taken", body)).AssertEnvelope(HttpStatusCode.Conflict);
        Assert.Contains(
            "no model, 3 dimensions and metric 'cosine', and you asked for", reply.Message, StringComparison.Ordinal);
        Assert.Equal("collection_exists", reply.Error["code"]!.GetValue<string>());
        Assert.Equal(3, (await server.GetAsync("/collections/taken")).Json["dimensions"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("""{"metric": "manhattan"}""", "Invalid value for 'metric' = manhattan", "metric")]
    [InlineData("""{"metric": 3}""", "'metric': expected a string", "metric")]
    [InlineData("""{"dimensions": 0}""", "'dimensions': 0 is not between 1 and 65536", "dimensions")]
    [InlineData("""{"dimensions": 65537}""", "'dimensions': 65537 is not between 1 and 65536", "dimensions")]
    [InlineData("""{"dimensions": "3"}""", "'dimensions': expected a whole number", "dimensions")]
    [InlineData("""{"dimensions": 1e9}""", "'dimensions': expected a whole number", "dimensions")]
    [InlineData("""{"model": "static-en-384", "dimensions": 385}""", "'dimensions': 385 is not between 1 and 384", "dimensions")]
    [InlineData("""{"model": []}""", "'model': expected a string", "model")]
    [InlineData("[]", "JSON object", null)]
    [InlineData("{", "could not parse", null)]
    public async Task A_wrong_body_is_a_400_and_nothing_is_made(string body, string part, string? param)
    {
        (await server.PutAsync("/collections/wrong", body)).AssertRefused(part, param);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/collections/wrong")).Status);
    }

    [Fact]
    public async Task An_unknown_model_is_a_404()
    {
        var reply = (await server.PutAsync("/collections/wrong", """{"model": "nobodys"}""")).AssertEnvelope(HttpStatusCode.NotFound);
        Assert.Equal("model_not_found", reply.Error["code"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("a%20b")]
    [InlineData("a%2Fb")]
    [InlineData("%C3%A4")]
    [InlineData(".hidden")]
    [InlineData("-a")]
    [InlineData("_a")]
    [InlineData("a%0A")]
    [InlineData("a:b")]
    public async Task A_name_with_other_characters_is_refused_when_it_is_to_be_made(string name)
    {
        (await server.PutAsync($"/collections/{name}")).AssertRefused("Invalid collection name", "name");
        (await server.PostAsync("""{"documents": [{"vector": [1]}]}""", $"/collections/{name}/documents")).AssertRefused("Invalid collection name", "name");
        (await server.PostAsync("""{"vector": [1]}""", $"/collections/{name}/import")).AssertRefused("Invalid collection name", "name");
        (await server.GetAsync($"/collections/{name}")).AssertEnvelope(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("A.b_c-9")]
    [InlineData("documents")]
    [InlineData("import")]
    public async Task Letters_digits_dots_dashes_and_underscores_make_a_name(string name) =>
        Assert.Equal(HttpStatusCode.Created, (await server.PutAsync($"/collections/{name}")).Status);

    [Fact]
    public async Task A_name_has_up_to_128_characters()
    {
        Assert.Equal(HttpStatusCode.Created, (await server.PutAsync($"/collections/{new string('x', 128)}")).Status);
        (await server.PutAsync($"/collections/{new string('x', 129)}")).AssertRefused("1 to 128", "name");
    }

    [Fact]
    public async Task The_list_has_all_by_name_with_their_documents_counted()
    {
        await using var other = new Server();
        Assert.Equal("""{"object":"list","data":[]}""", (await other.GetAsync("/collections")).Text);
        await other.AddAsync("b", """[{"vector": [1]}, {"vector": [2]}]""");
        await other.PutAsync("/collections/a");
        await other.PutAsync("/collections/B");
        var data = (await other.GetAsync("/collections")).Json["data"]!.AsArray();
        Assert.Equal(["B 0", "a 0", "b 2"], data.Select(item => $"{item!["name"]} {item["documents"]}"));
    }

    [Fact]
    public async Task A_deleted_collection_is_gone_and_may_be_created_again_with_other_settings()
    {
        await server.AddAsync("gone", """[{"id": "a", "vector": [1, 2]}]""");
        var reply = await server.DeleteAsync("/collections/gone");
        Assert.Equal((HttpStatusCode.OK, """{"object":"collection.deleted","id":"gone","deleted":true}"""), (reply.Status, reply.Text));
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/collections/gone")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.DeleteAsync("/collections/gone")).Status);
        await server.AddAsync("gone", """[{"id": "b", "vector": [1, 2, 3]}]""");
        Assert.Equal(["b"], (await server.GetAsync("/collections/gone/documents")).Ids("data"));
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("DELETE", "")]
    [InlineData("GET", "/documents")]
    [InlineData("POST", "/documents/list")]
    [InlineData("POST", "/documents/delete")]
    [InlineData("GET", "/documents/a")]
    [InlineData("DELETE", "/documents/a")]
    [InlineData("POST", "/count")]
    [InlineData("GET", "/export")]
    [InlineData("GET", "/export?format=faiss")]
    public async Task A_collection_that_is_not_there_is_a_404_everywhere(string method, string path)
    {
        var reply = await server.SendAsync(new HttpMethod(method), $"/collections/nowhere{path}", method == "POST" ? path == "/count" ? "{}" : """{"ids": ["a"]}""" : null);
        reply.AssertEnvelope(HttpStatusCode.NotFound);
        Assert.Equal("There is no collection 'nowhere'.", reply.Message);
        Assert.Equal("collection_not_found", reply.Error["code"]!.GetValue<string>());
    }
}
