using System.Net;
using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests.Search;

public sealed class SearchTests(Server server) : IClassFixture<Server>, IAsyncLifetime
{
    private const string Pets = """
        {"documents": [
          {"id": "cat", "text": "The cat sits outside", "metadata": {"animal": "cat", "tags": ["pet", "quiet"]}},
          {"id": "kitten", "text": "A kitten plays in the garden", "metadata": {"animal": "cat", "tags": ["pet"]}},
          {"id": "dog", "text": "A dog barks loudly", "metadata": {"animal": "dog", "tags": ["pet", "loud"]}},
          {"id": "car", "text": "A car drives down the street"}
        ]}
        """;

    public async ValueTask InitializeAsync() => Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(Pets, "/collections/pets/documents")).Status);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_text_finds_what_its_vector_finds_and_several_find_what_each_finds()
    {
        string[] texts = ["kitten", "street traffic", "barking"];
        var alone = new List<string>();
        foreach (var text in texts)
        {
            var byText = await SearchAsync(new { collection = "pets", query = text });
            var vector = (await server.PostAsync(new { input = text })).Vector();
            Assert.Equal(byText["results"]!.ToJsonString(), (await SearchAsync(new { collection = "pets", query = vector }))["results"]!.ToJsonString());
            alone.Add(byText["results"]!.ToJsonString());
        }

        var together = await SearchAsync(new { collection = "pets", query = texts });
        Assert.Equal(alone, together["results"]!.AsArray().Select(answer => answer!.ToJsonString()));
        Assert.Equal(["kitten", "car", "dog"], together["results"]!.AsArray().Select(answer => answer![0]!["id"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Pages_fit_together_also_among_equal_scores()
    {
        var documents = Enumerable.Range(0, 50).Select(i => new { id = $"{i:00}", vector = new[] { 1f, i / 20 } });
        await server.PostAsync(new { documents }, "/collections/equal/documents");
        var ids = new List<string>();
        for (var offset = 0; offset < 60; offset += 7)
        {
            var page = await SearchAsync(new { collection = "equal", query = new[] { 1f, 0f }, top_k = 7, offset, include = Array.Empty<string>() });
            ids.AddRange(Ids(page));
        }

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i:00}"), ids);
    }

    [Theory]
    [InlineData("cosine", 0.7f, "a c")]
    [InlineData("dot", 1.5f, "b c")]
    [InlineData("euclidean", 1f, "a c")]
    public async Task The_worst_score_is_the_least_similarity_or_the_largest_distance(string metric, float bound, string expected)
    {
        var name = "bound-" + metric;
        Assert.Equal(HttpStatusCode.Created, (await server.PutAsync(new { dimensions = 2, metric }, $"/collections/{name}")).Status);
        await server.PostAsync("""{"documents": [{"id": "a", "vector": [1, 0]}, {"id": "b", "vector": [2, 9]}, {"id": "c", "vector": [2, 0]}]}""", $"/collections/{name}/documents");
        var found = await SearchAsync(new { collection = name, query = new[] { 1f, 0f }, min_score = bound });
        Assert.Equal(expected.Split(' '), Ids(found).Order());
    }

    [Fact]
    public async Task What_is_not_included_is_not_there()
    {
        var all = (await SearchAsync(new { collection = "pets", query = "cat", top_k = 1, include = new[] { "text", "metadata", "vector" } }))["results"]![0]!;
        Assert.Equal(["id", "score", "text", "metadata", "vector"], all.AsObject().Select(field => field.Key));
        Assert.Equal(384, all["vector"]!.AsArray().Count);
        var none = (await SearchAsync(new { collection = "pets", query = "cat", top_k = 1, include = Array.Empty<string>() }))["results"]![0]!;
        Assert.Equal(["id", "score"], none.AsObject().Select(field => field.Key));
    }

    [Fact]
    public async Task Examples_find_what_is_like_them_and_not_themselves()
    {
        var byId = await SearchAsync(new { collection = "pets", positive = new[] { "cat" }, negative = new[] { "car" } });
        Assert.Equal("kitten", Ids(byId)[0]);
        Assert.DoesNotContain("cat", Ids(byId));
        Assert.DoesNotContain("car", Ids(byId));
        var vector = (await server.PostAsync(new { input = "The cat sits outside" })).Vector();
        var byText = await SearchAsync(new { collection = "pets", positive = new object[] { new { text = "The cat sits outside" } } });
        var byVector = await SearchAsync(new { collection = "pets", positive = new object[] { vector } });
        Assert.Equal("cat", Ids(byText)[0]);
        Assert.Equal(byText["results"]!.ToJsonString(), byVector["results"]!.ToJsonString());
    }

    [Fact]
    public async Task Groups_are_in_the_order_of_their_best_and_lists_stand_in_several()
    {
        var groups = (await SearchAsync(new { collection = "pets", query = "cat", group_by = "animal", group_size = 1 }))["groups"]!.AsArray();
        Assert.Equal(["cat:cat", "dog:dog"], groups.Select(group => $"{group!["value"]}:{group["results"]![0]!["id"]}"));
        Assert.All(groups, group => Assert.Single(group!["results"]!.AsArray()));
        var tags = (await SearchAsync(new { collection = "pets", query = "cat", group_by = "tags" }))["groups"]!.AsArray();
        Assert.Equal(["loud", "pet", "quiet"], tags.Select(group => group!["value"]!.GetValue<string>()).Order());
        Assert.Single((await SearchAsync(new { collection = "pets", query = "cat", group_by = "animal", top_k = 1, offset = 1 }))["groups"]!.AsArray());
    }

    [Fact]
    public async Task Documents_of_the_request_are_ranked_as_a_collection_of_them_would_be()
    {
        var documents = JsonNode.Parse(Pets)!["documents"]!;
        var stored = await SearchAsync(new { collection = "pets", query = "a pet", filter = new { animal = new Dictionary<string, bool> { ["$exists"] = true } } });
        var passing = await SearchAsync(new { documents, query = "a pet", filter = new { animal = new Dictionary<string, bool> { ["$exists"] = true } } });
        Assert.Equal(stored["results"]!.ToJsonString(), passing["results"]!.ToJsonString());
        var texts = await SearchAsync(new { documents = new[] { "a kitten", "a car" }, query = "kitten", top_k = 1 });
        Assert.Equal(["0"], Ids(texts));
        Assert.Null(texts["collection"]);
    }

    private static List<string> Ids(JsonNode reply) => [.. reply["results"]!.AsArray().Select(result => result!["id"]!.GetValue<string>())];

    private async Task<JsonNode> SearchAsync(object body)
    {
        var reply = await server.PostAsync(body, "/search");
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        return reply.Json;
    }
}
