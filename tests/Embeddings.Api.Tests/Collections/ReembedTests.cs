using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests.Collections;

/// <summary>A collection moves to another model, as a client sees it.</summary>
public sealed class ReembedTests : IDisposable
{
    private const string Words = """[{"id": "a", "text": "a"}, {"id": "b", "text": "b"}, {"id": "c", "text": "c"}]""";

    private readonly TwoModels _models = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("embeddings-reembed-");

    private string Store => Path.Combine(_folder.FullName, "kept.db");

    public void Dispose()
    {
        _models.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_vectors_the_model_and_the_ranking_are_the_new_models_and_all_else_is_as_before()
    {
        await using (var server = _models.Start(Store))
        {
            await server.PutAsync("/collections/words", """{"metric": "dot"}""");
            await server.AddAsync("words", """[{"id": "a", "text": "a", "metadata": {"n": 1}}, {"id": "b", "text": "b"}, {"id": "c", "text": "c"}]""");
            Assert.Equal(["a", "b", "c"], (await server.PostAsync("""{"collection": "words", "query": "a"}""", "/search")).Ids());
            var made = (await server.GetAsync("/collections/words")).Json["created"]!.GetValue<long>();

            var begun = await server.PostAsync("""{"model": "far"}""", "/collections/words/reembed");
            Assert.Equal(
                (HttpStatusCode.Accepted, "/collections/words"),
                (begun.Status, begun.Response.Headers.Location?.ToString()));
            var ended = await EndedAsync(server, "words");
            Assert.True(ended.AsObject().Remove("memory_bytes") && ended.AsObject().Remove("disk_bytes"));
            Assert.Equal($$"""{"object":"collection","name":"words","model":"tests/far","dimensions":3,"metric":"dot","created":{{made}},"documents":3}""", ended.ToJsonString());
        }

        await using var again = _models.Start(Store);
        Assert.Equal(["a", "c", "b"], (await again.PostAsync("""{"collection": "words", "query": "a"}""", "/search")).Ids());
        Assert.Equal(TwoModels.Far, (await again.PostAsync("""{"collection": "words", "query": "a"}""", "/search")).Json["model"]!.GetValue<string>());
        var document = (await again.GetAsync("/collections/words/documents/a?include=text,metadata,vector")).Json;
        Assert.Equal(
            "a {\"n\":1} 3",
            $"{document["text"]} {document["metadata"]!.ToJsonString()} {document["vector"]!.AsArray().Count}");
    }

    [Fact]
    public async Task An_unknown_model_moves_nothing_even_if_the_default_serves_unknown_names()
    {
        await using var server = _models.Start(Store, "near", ("Models:UnknownModel", "ServeDefault"));
        await server.PutAsync("/collections/words", """{"model": "far"}""");
        await server.AddAsync("words", Words);
        var reply = (await server.PostAsync("""{"model": "farr"}""", "/collections/words/reembed")).AssertEnvelope(HttpStatusCode.NotFound);
        Assert.Equal("model_not_found", reply.Error["code"]!.GetValue<string>());
        Assert.Equal(TwoModels.Far, (await EndedAsync(server, "words"))["model"]!.GetValue<string>());
    }

    [Fact]
    public async Task Documents_that_were_taken_one_by_one_are_moved_although_together_they_are_more_than_a_request_may_have()
    {
        await using var server = _models.Start(
            Store, "near", ("Limits:MaxTokens", "16"), ("Limits:MaxQueuedTokens", "16"));
        for (var i = 0; i < 40; i++)
        {
            await server.AddAsync("words", $$"""[{"id": "{{i}}", "text": "a b c a b c a b c a b c"}]""");
        }

        await server.PostAsync("""{"model": "far"}""", "/collections/words/reembed");
        var ended = await EndedAsync(server, "words");
        Assert.Equal((TwoModels.Far, 40, null), (ended["model"]!.GetValue<string>(), ended["documents"]!.GetValue<int>(), ended["reembedding"]?.ToJsonString()));
    }

    [Fact]
    public async Task While_it_runs_searches_are_answered_writes_are_kept_and_the_collection_says_how_far_it_is()
    {
        const int Many = 6000;
        await using var server = _models.Start(Store);
        await server.AddAsync("many", JsonSerializer.Serialize(Enumerable.Range(0, Many).Select(i => new { id = $"{i}", text = i % 2 == 0 ? "a" : "b" })));
        var begun = await server.PostAsync("""{"model": "far"}""", "/collections/many/reembed");
        Assert.Equal("""{"status":"running","model":"tests/far","dimensions":3,"done":0,"of":6000,"error":null}""", Without(begun.Json["reembedding"]!, "done"));
        var same = await server.PostAsync("""{"model": "tests/far", "drop": false}""", "/collections/many/reembed");
        Assert.Equal(HttpStatusCode.Accepted, same.Status);
        var other = (await server.PostAsync("""{"model": "near"}""", "/collections/many/reembed")).AssertEnvelope(HttpStatusCode.Conflict);
        Assert.Equal("reembedding_runs", other.Error["code"]!.GetValue<string>());
        Assert.Contains("is being moved to 'tests/far'", other.Message, StringComparison.Ordinal);

        var (written, models, done) = (0, new List<string>(), new List<long>());
        for (var running = true; running; written++)
        {
            await server.AddAsync("many", $$"""[{"id": "{{written}}", "text": "c"}, {"id": "new {{written}}", "text": "c"}]""");
            var found = await server.PostAsync("""{"collection": "many", "query": "a", "top_k": 3}""", "/search");
            Assert.True(found.Status == HttpStatusCode.OK, found.Text);
            models.Add(found.Json["model"]!.GetValue<string>());
            var shown = (await server.GetAsync("/collections")).Json["data"]![0]!;
            running = shown["reembedding"] is { } reembedding;
            if (running)
            {
                Assert.Equal("running", shown["reembedding"]!["status"]!.GetValue<string>());
                done.Add(shown["reembedding"]!["done"]!.GetValue<long>());
            }
        }

        Assert.Contains(TwoModels.Near, models);
        Assert.Contains(done, number => number is > 0 and < Many);
        // First vectors of the old model, then of the new one.
        Assert.Equal(models.OrderByDescending(model => model == TwoModels.Near), models);
        Assert.Equal((TwoModels.Far, Many + written), ((await server.GetAsync("/collections/many")).Json["model"]!.GetValue<string>(), (await server.GetAsync("/collections/many")).Json["documents"]!.GetValue<int>()));
        var expected = new Dictionary<string, string> { ["a"] = "[0,0,1.3333334]", ["b"] = "[1.3333334,0,0]", ["c"] = "[0,0.33333334,1.3333334]" };
        var lines = (await server.GetAsync("/collections/many/export")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..].Select(line => JsonNode.Parse(line)!);
        Assert.All(
            lines, line => Assert.Equal(expected[line["text"]!.GetValue<string>()], line["vector"]!.ToJsonString()));
    }

    [Fact]
    public async Task Documents_without_a_text_are_counted_and_stop_it_unless_they_are_to_be_dropped()
    {
        await using var server = _models.Start(Store);
        await server.AddAsync("mixed", """[{"id": "a", "text": "a", "vector": [1, 2, 3, 4]}, {"id": "x", "vector": [1, 2, 3, 4]}, {"id": "y", "vector": [1, 2, 3, 4]}]""");
        (await server.PostAsync("""{"model": "far"}""", "/collections/mixed/reembed")).AssertRefused("2 documents of collection 'mixed' have no text to embed. Add texts to them, or send \"drop\": true", "drop");
        Assert.Null((await server.GetAsync("/collections/mixed")).Json["reembedding"]);
        // The collection had no model, because its documents brought their vectors.
        Assert.Equal(HttpStatusCode.Accepted, (await server.PostAsync("""{"model": "far", "drop": true, "dimensions": 2}""", "/collections/mixed/reembed")).Status);
        var ended = await EndedAsync(server, "mixed");
        Assert.Equal((TwoModels.Far, 2, 1), (ended["model"]!.GetValue<string>(), ended["dimensions"]!.GetValue<int>(), ended["documents"]!.GetValue<int>()));
        Assert.Equal(["a"], (await server.PostAsync("""{"collection": "mixed", "query": "a"}""", "/search")).Ids());
    }

    [Theory]
    [InlineData("{}", "'$.model' is invalid: it is required", "model")]
    [InlineData("""{"model": null}""", "'$.model' is invalid: it is required", "model")]
    [InlineData("""{"model": 3}""", "'model': expected a string", "model")]
    [InlineData("""{"model": "far", "dimensions": 4}""", "'dimensions': 4 is not between 1 and 3", "dimensions")]
    [InlineData("""{"model": "far", "drop": "yes"}""", "'drop': expected a boolean", "drop")]
    public async Task A_wrong_request_is_a_400_and_begins_nothing(string body, string part, string param)
    {
        await using var server = _models.Start(Store);
        await server.AddAsync("words", Words);
        (await server.PostAsync(body, "/collections/words/reembed")).AssertRefused(part, param);
        (await server.PostAsync("""{"model": "gpt-4"}""", "/collections/words/reembed")).AssertEnvelope(HttpStatusCode.NotFound);
        (await server.PostAsync("""{"model": "far"}""", "/collections/nobody/reembed")).AssertEnvelope(HttpStatusCode.NotFound);
        Assert.Equal(TwoModels.Near, (await server.GetAsync("/collections/words")).Json["model"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_failure_is_shown_and_the_collection_is_as_before()
    {
        await using var server = new Server(new()
        {
            ["Models:Directory"] = _models.Folder,
            ["Models:Default"] = "near",
            ["Storage:Path"] = Store,
            ["Input:Truncation"] = "Reject",
        });
        var text = string.Join(' ', Enumerable.Repeat("a", 300));
        await server.AddAsync("long", $$"""[{"id": "too long", "text": "{{text}}", "vector": [1, 2]}, {"id": "b", "text": "b", "vector": [2, 1]}]""");
        Assert.Equal(HttpStatusCode.Accepted, (await server.PostAsync("""{"model": "far"}""", "/collections/long/reembed")).Status);
        var ended = await EndedAsync(server, "long");
        Assert.Equal((2, 2, "failed"), (ended["dimensions"]!.GetValue<int>(), ended["documents"]!.GetValue<int>(), ended["reembedding"]!["status"]!.GetValue<string>()));
        Assert.Contains(
            "documents['too long'].text", ended["reembedding"]!["error"]!.GetValue<string>(), StringComparison.Ordinal);
        await server.DeleteAsync("/collections/long/documents/too%20long");
        await server.PostAsync("""{"model": "far"}""", "/collections/long/reembed");
        Assert.Equal("tests/far", (await EndedAsync(server, "long"))["model"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_server_that_stops_meanwhile_leaves_the_collection_as_it_was()
    {
        await using (var server = _models.Start(Store))
        {
            await server.AddAsync(
                "many",
                JsonSerializer.Serialize(Enumerable.Range(0, 8000).Select(i => new { id = $"{i}", text = "a" })));
            Assert.Equal(HttpStatusCode.Accepted, (await server.PostAsync("""{"model": "far"}""", "/collections/many/reembed")).Status);
        }

        await using var again = _models.Start(Store);
        var found = (await again.GetAsync("/collections/many")).Json;
        Assert.Equal(
            (TwoModels.Near, 8000, null),
            (found["model"]!.GetValue<string>(), found["documents"]!.GetValue<int>(), found["reembedding"]));
    }

    [Fact]
    public async Task A_collection_that_is_deleted_meanwhile_is_gone()
    {
        await using var server = _models.Start(Store);
        await server.AddAsync(
            "many", JsonSerializer.Serialize(Enumerable.Range(0, 6000).Select(i => new { id = $"{i}", text = "a" })));
        await server.PostAsync("""{"model": "far"}""", "/collections/many/reembed");
        Assert.Equal(HttpStatusCode.OK, (await server.DeleteAsync("/collections/many")).Status);
        await server.AddAsync("many", Words);
        await Task.Delay(TimeSpan.FromMilliseconds(300), Server.Cancelled);
        var found = (await server.GetAsync("/collections/many")).Json;
        Assert.Equal(
            (TwoModels.Near, 3, null),
            (found["model"]!.GetValue<string>(), found["documents"]!.GetValue<int>(), found["reembedding"]));
    }

    [Fact]
    public async Task A_collection_whose_model_is_not_served_says_what_to_do_and_that_works()
    {
        await using (var first = _models.Start(Store))
        {
            await first.AddAsync("words", Words);
        }

        _models.OnlyFar();
        await using var second = _models.Start(Store, "far");
        foreach (var reply in new[]
        {
            await second.PostAsync("""{"documents": ["a"]}""", "/collections/words/documents"), await second.PostAsync("""{"collection": "words", "query": "a"}""", "/search"),
        })
        {
            reply.AssertRefused("'tests/near', which this server does not serve now", "model");
            Assert.Contains("models add tests/near", reply.Message, StringComparison.Ordinal);
            Assert.Contains("""POST /collections/words/reembed {"model": "tests/far"}""", reply.Message, StringComparison.Ordinal);
        }

        await second.PostAsync("""{"model": "tests/far"}""", "/collections/words/reembed");
        await EndedAsync(second, "words");
        Assert.Equal(["a", "c", "b"], (await second.PostAsync("""{"collection": "words", "query": "a"}""", "/search")).Ids());
    }

    private static async Task<JsonNode> EndedAsync(Server server, string name)
    {
        JsonNode found;
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), Server.Cancelled);
            found = (await server.GetAsync($"/collections/{name}")).Json;
        }
        while (found["reembedding"]?["status"]?.GetValue<string>() == "running");
        return found;
    }

    // The state at the start of the move.
    private static string Without(JsonNode reembedding, string field)
    {
        reembedding[field] = 0;
        return reembedding.ToJsonString();
    }
}
