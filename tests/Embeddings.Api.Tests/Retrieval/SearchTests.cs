using System.Net;

namespace Embeddings.Api.Tests.Retrieval;

/// <summary>What <c>/search</c> finds in a collection of texts, by text, by vector, and by several at once.</summary>
public sealed class SearchTests(Server server) : IClassFixture<Server>, IAsyncLifetime
{
    private static readonly Dictionary<string, string> Texts = new()
    {
        ["cat"] = "The cat sits outside",
        ["kitten"] = "A kitten plays in the garden",
        ["dog"] = "A dog barks loudly",
        ["car"] = "I am driving my car",
    };

    public async ValueTask InitializeAsync() => await server.AddAsync("animals", """
        [{"id": "cat", "text": "The cat sits outside", "metadata": {"legs": 4}}, {"id": "kitten", "text": "A kitten plays in the garden"},
         {"id": "dog", "text": "A dog barks loudly", "metadata": {"legs": 4}}, {"id": "car", "text": "I am driving my car", "metadata": {"wheels": 4}}]
        """);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_text_finds_every_document_by_its_cosine()
    {
        var reply = await AskAsync(new { collection = "animals", query = "Which animal purrs?" });
        var query = await server.EmbedAsync("Which animal purrs?");
        var expected = new List<(string Id, double Score)>();
        foreach (var (id, text) in Texts)
        {
            expected.Add((id, Arithmetic.Cosine(query, await server.EmbedAsync(text))));
        }

        expected.Sort((x, y) => y.Score.CompareTo(x.Score));
        Assert.Equal(expected.Select(item => item.Id), reply.Ids());
        Assert.All(
            expected.Zip(reply.Scores()), pair => Assert.Equal(pair.First.Score, pair.Second, Arithmetic.Rounding));
    }

    [Fact]
    public async Task The_reply_says_where_with_which_model_and_what_it_took()
    {
        var reply = await AskAsync(new { collection = "animals", query = "cat", top_k = 1 });
        Assert.Equal(
            ["collection", "model", "metric", "results", "usage"], reply.Json.AsObject().Select(field => field.Key));
        Assert.Equal(
            ("animals", "static-en-384", "cosine"),
            (Value(reply, "collection"), Value(reply, "model"), Value(reply, "metric")));
        Assert.Equal(
            (await server.PostAsync(new { input = "cat" })).Json["usage"]!.ToJsonString(),
            reply.Json["usage"]!.ToJsonString());
    }

    [Fact]
    public async Task The_vector_of_a_text_finds_what_the_text_finds()
    {
        var byText = await AskAsync(new { collection = "animals", query = "garden" });
        var byVector = await AskAsync(new { collection = "animals", query = await server.EmbedAsync("garden") });
        Assert.Equal(byText.Json["results"]!.ToJsonString(), byVector.Json["results"]!.ToJsonString());
        Assert.Equal(0, byVector.Json["usage"]!["total_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Several_queries_get_what_each_gets_alone()
    {
        object[] queries = ["cat", await server.EmbedAsync("dog"), "motor"];
        var together = await AskAsync(new { collection = "animals", query = queries, top_k = 3 });
        Assert.Equal(queries.Length, together.Json["results"]!.AsArray().Count);
        foreach (var (i, query) in queries.Index())
        {
            var alone = await AskAsync(new { collection = "animals", query, top_k = 3 });
            Assert.Equal(alone.Json["results"]!.ToJsonString(), together.Json["results"]![i]!.ToJsonString());
        }
    }

    [Fact]
    public async Task A_list_of_one_query_gets_a_list_of_one_answer()
    {
        var listed = await AskAsync(new { collection = "animals", query = new[] { "cat" } });
        var single = await AskAsync(new { collection = "animals", query = "cat" });
        Assert.Equal($"[{single.Json["results"]!.ToJsonString()}]", listed.Json["results"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""["text", "metadata", "vector"]""", "id,score,text,metadata,vector")]
    [InlineData("""["vector"]""", "id,score,vector")]
    [InlineData("""["metadata", "metadata"]""", "id,score,metadata")]
    [InlineData("""[]""", "id,score")]
    [InlineData("null", "id,score,text,metadata")]
    public async Task Only_the_parts_that_were_asked_for_come_back(string include, string fields)
    {
        var reply = await server.PostAsync($$"""{"collection": "animals", "query": "{{Texts["cat"]}}", "top_k": 1, "include": {{include}}}""", "/search");
        var first = reply.Json["results"]![0]!.AsObject();
        Assert.Equal(fields.Split(','), first.Select(field => field.Key));
        Assert.Equal("cat", first["id"]!.GetValue<string>());
        if (first["vector"] is not null)
        {
            Assert.Equal(await server.EmbedAsync(Texts["cat"]), Reply.VectorOf(first));
        }
    }

    [Fact]
    public async Task Without_a_collection_the_default_one_is_searched_and_another_has_nothing_of_it()
    {
        await server.AddAsync("default", """[{"id": "only", "text": "here"}]""");
        Assert.Equal(["only"], (await AskAsync(new { query = "here" })).Ids());
        Assert.DoesNotContain("only", (await AskAsync(new { collection = "animals", query = "here" })).Ids());
    }

    [Fact]
    public async Task The_model_may_be_named_by_any_of_its_names()
    {
        foreach (var model in new[] { "static-en-384", "text-embedding-3-small" })
        {
            Assert.Equal(4, (await AskAsync(new { collection = "animals", query = "cat", model })).Ids().Length);
        }
    }

    [Fact]
    public async Task A_search_after_the_reply_to_a_write_sees_the_write()
    {
        for (var i = 0; i < 50; i++)
        {
            await server.AddAsync("fresh", $$"""[{"id": "d", "vector": [{{i}}, 1]}]""");
            var found = await AskAsync(
                new { collection = "fresh", query = new[] { 1, 0 }, include = new[] { "vector" } });
            Assert.Equal([i, 1f], Reply.VectorOf(found.Json["results"]![0]!));
        }
    }

    private static string Value(Reply reply, string field) => reply.Json[field]!.GetValue<string>();

    private async Task<Reply> AskAsync(object body)
    {
        var reply = await server.PostAsync(body, "/search");
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        return reply;
    }
}
