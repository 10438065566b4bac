using System.Net;

namespace Embeddings.Api.Tests.Retrieval;

/// <summary>
/// Search in documents of the request, which are ranked as a collection of them would be, and forgotten.
/// </summary>
public sealed class InlineDocumentsTests(Server server) : IClassFixture<Server>
{
    [Fact]
    public async Task Texts_are_numbered_and_ranked_by_their_cosine()
    {
        string[] texts = ["A dog barks loudly", "The cat sits outside", "I am driving my car"];
        var reply = await AskAsync(new { documents = texts, query = "kitten" });
        var query = await server.EmbedAsync("kitten");
        var vectors = await Task.WhenAll(texts.Select(server.EmbedAsync));
        var expected = vectors.Index().Select(item => (item.Index, Score: Arithmetic.Cosine(query, item.Item))).OrderByDescending(item => item.Score).ToList();
        Assert.Equal(expected.Select(item => $"{item.Index}"), reply.Ids());
        Assert.All(
            expected.Zip(reply.Scores()), pair => Assert.Equal(pair.First.Score, pair.Second, Arithmetic.Rounding));
        Assert.Equal(
            expected.Select(item => texts[item.Index]),
            reply.Json["results"]!.AsArray().Select(result => result!["text"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("cosine")]
    [InlineData("dot")]
    [InlineData("euclidean")]
    public async Task The_answer_is_what_a_collection_of_the_documents_gives(string metric)
    {
        const string Documents = """
            [{"id": "a", "vector": [1, 2], "metadata": {"n": 1}}, {"id": "b", "vector": [2, 1], "text": "bee"}, {"id": "c", "vector": [-3, 4]}, {"id": "d", "vector": [1, 2]}]
            """;
        await server.PutAsync($"/collections/{metric}", $$"""{"dimensions": 2, "metric": "{{metric}}"}""");
        await server.AddAsync(metric, Documents);
        const string Asked = """ "query": [[1, 1], [0, 3]], "top_k": 3, "offset": 1, "include": ["text", "metadata", "vector"] """;
        var stored = await server.PostAsync($$"""{"collection": "{{metric}}", {{Asked}}}""", "/search");
        var inline = await server.PostAsync($$"""{"documents": {{Documents}}, "metric": "{{metric}}", {{Asked}}}""", "/search");
        Assert.Equal(stored.Json["results"]!.ToJsonString(), inline.Json["results"]!.ToJsonString());
        Assert.Null(inline.Json["collection"]);
        Assert.Null(inline.Json["model"]);
        Assert.Equal(metric, inline.Json["metric"]!.GetValue<string>());
    }

    [Fact]
    public async Task Texts_and_vectors_of_one_model_may_be_mixed()
    {
        var vector = await server.EmbedAsync("The cat sits outside");
        var reply = await AskAsync(new { documents = new object[] { new { id = "v", vector }, new { id = "t", text = "The cat sits outside" }, "dog" }, query = "The cat sits outside", top_k = 2 });
        Assert.Equal(["t", "v"], reply.Ids());
        Assert.All(reply.Scores(), score => Assert.Equal(1, score, Arithmetic.Rounding));
    }

    [Fact]
    public async Task Filters_see_their_metadata()
    {
        const string Body = """{"documents": [{"text": "a", "metadata": {"k": 1}}, {"text": "b", "metadata": {"k": 2}}, "c"], "query": "a", "filter": {"k": {"$gt": 1}}}""";
        Assert.Equal(["1"], (await server.PostAsync(Body, "/search")).Ids());
    }

    [Fact]
    public async Task The_tokens_of_documents_and_queries_are_counted()
    {
        var reply = await AskAsync(new { documents = new[] { "A dog barks", "The cat" }, query = new[] { "kitten" } });
        var usage =
            (await server.PostAsync(new { input = new[] { "A dog barks", "The cat", "kitten" } })).Json["usage"]!;
        Assert.Equal(usage.ToJsonString(), reply.Json["usage"]!.ToJsonString());
        Assert.Equal("static-en-384", reply.Json["model"]!.GetValue<string>());
    }

    [Fact]
    public async Task Nothing_of_them_is_kept()
    {
        await AskAsync(new { documents = new[] { "secret" }, query = "secret" });
        Assert.DoesNotContain("default", (await server.GetAsync("/collections")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_documents_have_no_answers()
    {
        Assert.Empty((await AskAsync(new { documents = Array.Empty<string>(), query = "a" })).Ids());
        Assert.Equal("[[],[]]", (await AskAsync(new { documents = Array.Empty<string>(), query = new[] { "a", "b" } })).Json["results"]!.ToJsonString());
    }

    [Fact]
    public async Task Ids_may_be_numbers_and_of_an_id_that_occurs_twice_both_are_found()
    {
        var reply = await server.PostAsync("""{"documents": [{"id": 5, "vector": [1, 0]}, {"id": "5", "vector": [0, 1]}], "query": [1, 0]}""", "/search");
        Assert.Equal(["5", "5"], reply.Ids());
    }

    [Fact]
    public async Task The_name_of_a_field_is_bounded_with_those_of_the_objects_that_it_is_in()
    {
        // Stored as whole strings, 5,000 field names below a name of 50,000 letters would take 500 MB.
        var name = new string('n', 50_000);
        var fields = string.Join(',', Enumerable.Range(0, 5000).Select(i => $"\"{i}\":1"));
        var reply = await server.PostAsync($$"""{"documents": [{"vector": [1], "metadata": {"{{name}}": { {{fields}} } } }], "query": [1]}""", "/search");
        reply.AssertRefused($"Invalid 'documents[0].metadata.{name[..40]}…': the name of a field", "documents");
        reply = await server.PostAsync("""{"documents": [{"vector": [1], "metadata": {"$a": 1}}], "query": [1]}""", "/search");
        reply.AssertRefused("Invalid 'documents[0].metadata.$a': a field whose name begins with $", "documents");
    }

    [Fact]
    public async Task An_id_that_is_made_is_none_that_another_document_brings()
    {
        var reply = await server.PostAsync("""{"documents": [{"vector": [4, 1]}, {"vector": [3, 1]}, {"id": "0", "vector": [2, 1]}, {"id": "4", "vector": [1, 1]}], "query": [1, 0]}""", "/search");
        Assert.Equal(["5", "1", "0", "4"], reply.Ids());
    }

    private async Task<Reply> AskAsync(object body)
    {
        var reply = await server.PostAsync(body, "/search");
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        return reply;
    }
}
