using System.Net;
using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests.Topics;

/// <summary>Topics of a collection over HTTP.</summary>
public sealed class TopicsTests(Server server) : IClassFixture<Server>
{
    private static readonly string[][] Words =
    [
        ["pasta", "sauce", "tomato", "oven", "bread", "cheese", "recipe", "flour"],
        ["football", "goal", "match", "team", "player", "league", "coach", "final"],
        ["stock", "market", "bank", "shares", "profit", "investor", "price", "trade"],
    ];

    [Fact]
    public async Task Topics_are_what_the_texts_are_about_with_their_words()
    {
        await AddAsync("about", 150);
        var reply = await server.PostAsync(
            """{"count": 3, "words": 6, "examples": 2, "include": ["assignments"], "wait": 60}""", "/collections/about/topics");
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        var topics = reply.Json["topics"]!.AsArray();
        Assert.Equal(3, topics.Count);
        Assert.Equal(150, topics.Sum(topic => (int)topic!["size"]!));
        var subjects = topics.Select(topic => topic!["words"]!.AsArray().Select(word => (string)word!["word"]!).ToList())
            .Select(words => Array.FindIndex(Words, subject => words.Intersect(subject).Count() >= 4)).ToList();
        Assert.Equal([0, 1, 2], subjects.Order());
        var right = reply.Json["assignments"]!.AsArray().Count(
            item => subjects[(int)item!["topic"]!] == int.Parse(((string)item["id"]!)[1..], null) % 3);
        Assert.True(right >= 145, $"{right} of 150");
        Assert.All(topics, topic => Assert.Equal(2, topic!["examples"]!.AsArray().Count));
        Assert.All(
            reply.Json["assignments"]!.AsArray(), item => Assert.InRange((float)item!["strength"]!, 0, 1));
    }

    [Fact]
    public async Task A_topic_that_is_written_is_a_field_to_filter_and_group_by()
    {
        await AddAsync("written", 90);
        var reply = await server.PostAsync("""{"count": 3, "write": "topic", "wait": 60}""", "/collections/written/topics");
        Assert.Equal(90, (int)reply.Json["written"]!);
        var topic = reply.Json["topics"]![0]!;
        var count = await server.PostAsync(
            new JsonObject { ["filter"] = new JsonObject { ["topic"] = (string)topic["label"]! } }, "/collections/written/count");
        Assert.Equal((int)topic["size"]!, (int)count.Json["count"]!);
        var found = await server.PostAsync(
            """{"collection": "written", "query": "football match", "group_by": "topic", "top_k": 3}""", "/search");
        Assert.Equal(3, found.Json["groups"]!.AsArray().Count);
        var document = await server.GetAsync("/collections/written/documents/d0");
        Assert.Equal(0, (int)document.Json["metadata"]!["number"]!);
    }

    [Fact]
    public async Task Outliers_are_given_to_the_nearest_topic_unless_they_are_to_be_kept_apart()
    {
        await AddAsync("outliers", 90);
        await server.AddAsync("outliers", """[{"id": "x0", "text": "quantum chromodynamics of gluons"}]""");
        var nearest = await TopicsOfAsync("""{"count": 3, "include": ["assignments"], "wait": 60}""");
        var kept = await TopicsOfAsync("""{"count": 3, "outliers": "keep", "include": ["assignments"], "wait": 60}""");
        Assert.DoesNotContain(-1, nearest.Values.Select(item => (int)item["topic"]!));
        Assert.True((bool)nearest["x0"]["outlier"]!);
        Assert.Equal((-1, 0F), ((int)kept["x0"]["topic"]!, (float)kept["x0"]["strength"]!));

        async Task<Dictionary<string, JsonNode>> TopicsOfAsync(string request) =>
            (await server.PostAsync(request, "/collections/outliers/topics")).Json["assignments"]!.AsArray()
                .ToDictionary(item => (string)item!["id"]!, item => item!);
    }

    [Theory]
    [InlineData("""{"count": 1}""", "Invalid 'count': 1 is not between 2 and 1000", "count")]
    [InlineData("""{"count": 20}""", "12 documents cannot be 20 topics", "count")]
    [InlineData("""{"count": 2, "min_size": 2}""", "either 'count' or 'min_size'", "count")]
    [InlineData("""{"min_size": 1}""", "Invalid 'min_size': 1", "min_size")]
    [InlineData("""{"words": 0}""", "Invalid 'words': 0 is not between 1 and 50", "words")]
    [InlineData("""{"examples": -1}""", "Invalid 'examples': -1", "examples")]
    [InlineData("""{"outliers": "drop"}""", "Invalid value for 'outliers' = drop", "outliers")]
    [InlineData("""{"write": "$topic"}""", "Invalid 'write': metadata", "write")]
    [InlineData("""{"include": ["words"]}""", "Invalid value in 'include': words", "include")]
    [InlineData("""{"filter": {"number": {"$lt": 2}}}""", "2 documents match; at least 3 are needed", null)]
    [InlineData("""{"topics": 3}""", "topics", "topics")]
    public async Task A_wrong_body_is_a_400_that_says_where(string body, string part, string? param)
    {
        await AddAsync("few", 12);
        (await server.PostAsync(body, "/collections/few/topics")).AssertRefused(part, param);
    }

    // Each text has five words of its subject, drawn by its number.
    private async Task AddAsync(string name, int count) => await server.AddAsync(
        name,
        new JsonArray([.. Enumerable.Range(0, count).Select(i => new JsonObject
        {
            ["id"] = $"d{i}",
            ["text"] = string.Join(' ', Words[i % 3].OrderBy(word => new Random(i + word.Length + word[0]).Next()).Take(5)),
            ["metadata"] = new JsonObject { ["number"] = i },
        })]).ToJsonString());
}
