using System.Net;

namespace Embeddings.Api.Tests.Retrieval;

/// <summary>
/// Search by examples: the mean of the positive ones, and what sets it apart from the mean of the negative ones.
/// </summary>
public sealed class RecommendationTests(Server server) : IClassFixture<Server>, IAsyncLifetime
{
    private static readonly Dictionary<string, float[]> Vectors = new()
    {
        ["a"] = [1, 0, 0],
        ["b"] = [0, 1, 0],
        ["c"] = [0, 0, 1],
        ["d"] = [1, 1, 0],
        ["e"] = [1, 0, 1],
        ["f"] = [-1, 2, 5],
        ["7"] = [3, 1, 2],
    };

    public async ValueTask InitializeAsync()
    {
        var documents = Vectors.Select(item => $$"""{"id": "{{item.Key}}", "vector": [{{string.Join(',', item.Value)}}]}""");
        await server.AddAsync("own", $"[{string.Join(',', documents)}]");
        await server.AddAsync("texts", """[{"id": "cat", "text": "The cat sits outside"}, {"id": "dog", "text": "A dog barks loudly"}, {"id": "car", "text": "I am driving my car"}]""");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("""["a"]""", "[]", "a")]
    [InlineData("""["a", "b"]""", "[]", "a b")]
    [InlineData("""["a", "b", "f"]""", "null", "a b f")]
    [InlineData("""["a", "b"]""", """["c"]""", "a b c")]
    [InlineData("""["d"]""", """["e", "f"]""", "d e f")]
    [InlineData("""[{"id": "a"}, {"id": 7}]""", """[{"id": "b"}]""", "a 7 b")]
    [InlineData("""["a", 7]""", "[]", "a 7")]
    [InlineData("""["a", "a"]""", "[]", "a a")]
    public async Task Documents_named_by_id_are_looked_up_and_left_out(string positive, string negative, string ids)
    {
        var examples = ids.Split(' ');
        var good = System.Text.Json.Nodes.JsonNode.Parse(positive)!.AsArray().Count;
        var query = Arithmetic.Mean([.. examples[..good].Select(id => Vectors[id])]);
        if (good < examples.Length)
        {
            var bad = Arithmetic.Mean([.. examples[good..].Select(id => Vectors[id])]);
            query = [.. query.Zip(bad, (x, y) => x + (x - y))];
        }

        var expected = Vectors.Where(item => !examples.Contains(item.Key)).Select(item => (item.Key, Score: Arithmetic.Cosine(query, item.Value))).ToDictionary();
        var reply = await AskAsync($$"""{"collection": "own", "positive": {{positive}}, "negative": {{negative}}}""");
        Assert.Equal(expected.Keys.Order(), reply.Ids().Order());
        Assert.Equal(reply.Scores().OrderDescending(), reply.Scores());
        Assert.All(
            reply.Ids().Zip(reply.Scores()),
            pair => Assert.Equal(expected[pair.First], pair.Second, Arithmetic.Rounding));
    }

    [Theory]
    [InlineData("""[[1, 0, 0]]""", """[{"vector": [0, 0, 1]}]""")]
    [InlineData("""[{"vector": [1, 0, 0]}]""", """[[0, 0, 1]]""")]
    public async Task Vectors_are_taken_as_they_are_and_leave_nobody_out(string positive, string negative)
    {
        var reply = await AskAsync($$"""{"collection": "own", "positive": {{positive}}, "negative": {{negative}}}""");
        var query = await AskAsync("""{"collection": "own", "query": [2, 0, -1]}""");
        Assert.Equal(query.Json["results"]!.ToJsonString(), reply.Json["results"]!.ToJsonString());
    }

    [Fact]
    public async Task A_string_is_an_id_if_there_is_one_and_a_text_otherwise()
    {
        var byId = await AskAsync("""{"collection": "texts", "positive": ["dog"]}""");
        Assert.DoesNotContain("dog", byId.Ids());
        var byText = await AskAsync("""{"collection": "texts", "positive": ["puppy"]}""");
        Assert.Equal((await AskAsync("""{"collection": "texts", "query": "puppy"}""")).Json["results"]!.ToJsonString(), byText.Json["results"]!.ToJsonString());
    }

    [Fact]
    public async Task An_explicit_text_is_a_text_though_a_document_has_it_as_id()
    {
        var reply = await AskAsync("""{"collection": "texts", "positive": [{"text": "dog"}]}""");
        Assert.Equal((await AskAsync("""{"collection": "texts", "query": "dog"}""")).Json["results"]!.ToJsonString(), reply.Json["results"]!.ToJsonString());
    }

    [Fact]
    public async Task Ids_texts_and_vectors_may_be_mixed()
    {
        var (cat, puppy, car) = (await server.EmbedAsync("The cat sits outside"), await server.EmbedAsync("puppy"), await server.EmbedAsync("I am driving my car"));
        var reply = await server.PostAsync(new { collection = "texts", positive = new object[] { "cat", new { text = "puppy" } }, negative = new object[] { car } }, "/search");
        var query = Arithmetic.Mean(cat, puppy).Zip(car, (x, y) => 2 * x - y).ToArray();
        Assert.Equal(["dog", "car"], reply.Ids());
        Assert.Equal(
            Arithmetic.Cosine(query, await server.EmbedAsync("A dog barks loudly")),
            reply.Scores()[0],
            Arithmetic.Rounding);
    }

    [Fact]
    public async Task Examples_work_with_pages_filters_and_documents_of_the_request()
    {
        const string Documents = """[{"id": "x", "vector": [1, 0], "metadata": {"k": 1}}, {"id": "y", "vector": [1, 1], "metadata": {"k": 1}}, {"id": "z", "vector": [1, 2], "metadata": {"k": 2}}]""";
        Assert.Equal(["y", "z"], (await AskAsync($$"""{"documents": {{Documents}}, "positive": ["x"]}""")).Ids());
        Assert.Equal(["z"], (await AskAsync($$"""{"documents": {{Documents}}, "positive": ["x"], "offset": 1}""")).Ids());
        Assert.Equal(["y"], (await AskAsync($$"""{"documents": {{Documents}}, "positive": [{"id": "x"}], "negative": ["z"], "filter": {"k": 1} }""")).Ids());
        Assert.Equal(["1", "0"], (await AskAsync("""{"documents": [{"vector": [0, 1]}, {"vector": [1, 1]}, {"vector": [1, 0]}], "positive": [2]}""")).Ids());
    }

    [Theory]
    [InlineData("""{"collection": "own", "positive": [{"id": "zz"}]}""", "'positive[0]': there is no document 'zz'", "positive")]
    [InlineData("""{"collection": "own", "positive": ["a"], "negative": ["b", {"id": "zz"}]}""", "'negative[1]': there is no document 'zz'", "negative")]
    [InlineData("""{"collection": "own", "positive": [99]}""", "'positive[0]': there is no document '99'", "positive")]
    [InlineData("""{"collection": "own", "positive": ["zz"]}""", "texts cannot be embedded", null)]
    [InlineData("""{"collection": "own", "positive": []}""", "'positive': it has 0 items", "positive")]
    [InlineData("""{"collection": "own", "positive": "a"}""", "'positive'", "positive")]
    [InlineData("""{"collection": "own", "positive": ["a", null]}""", "an example cannot be null", "positive")]
    [InlineData("""{"collection": "own", "positive": ["a", true]}""", "'positive[1]': expected an id, a text, a vector", "positive")]
    [InlineData("""{"collection": "own", "positive": ["a", {}]}""", "'positive[1]': it must have one of 'id', 'text' and 'vector'", "positive")]
    [InlineData("""{"collection": "own", "positive": [{"id": "a", "vector": [1, 2, 3]}]}""", "'positive[0]': it must have one of", "positive")]
    [InlineData("""{"collection": "own", "positive": ["a", [1, 2]]}""", "'positive[1]': it has 2 numbers, but vectors here have 3", "positive")]
    [InlineData("""{"collection": "own", "positive": ["a"], "negative": [[1]]}""", "'negative[0]': it has 1 numbers", "negative")]
    [InlineData("""{"collection": "own", "positive": ["a", [1, "b"]]}""", "'positive[1][1]': expected a number", "positive")]
    [InlineData("""{"collection": "own", "positive": [[1e15, 0, 0]], "negative": [[-1e15, 0, 0]]}""", "goes beyond", "positive")]
    [InlineData("""{"collection": "texts", "positive": [""]}""", "'$.positive[0]' is invalid: an empty string", "positive")]
    [InlineData("""{"documents": ["a"], "positive": [{"id": "zz"}]}""", "'positive[0]': there is no document 'zz'", "positive")]
    public async Task A_wrong_example_is_a_400_that_says_which(string body, string part, string? param) =>
        (await server.PostAsync(body, "/search")).AssertRefused(part, param);

    private async Task<Reply> AskAsync(string body)
    {
        var reply = await server.PostAsync(body, "/search");
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        return reply;
    }
}
