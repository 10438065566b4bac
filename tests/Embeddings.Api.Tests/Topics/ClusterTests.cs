using System.Net;
using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests.Topics;

/// <summary>Clusters over HTTP, of a collection and of inputs.</summary>
public sealed class ClusterTests(Server server) : IClassFixture<Server>
{
    // Three far corners of a plane, four points round each.
    private static readonly float[][] Corners =
    [
        .. Enumerable.Range(0, 12).Select(i => new[]
        {
            (i % 3 == 1 ? 100 : 0) + (0.1F * (i / 3)), (i % 3 == 2 ? 100 : 0) + (0.2F * (i / 3)),
        }),
    ];

    [Theory]
    [InlineData("""{"method": "kmeans", "k": 3}""")]
    [InlineData("""{"method": "hdbscan", "min_size": 3}""")]
    public async Task Far_points_are_in_different_clusters(string settings)
    {
        var request = JsonNode.Parse(settings)!.AsObject();
        request["input"] = new JsonArray([.. Corners.Select(corner => new JsonArray(corner[0], corner[1]))]);
        request["metric"] = "euclidean";
        request["include"] = new JsonArray("centroids", "silhouette");
        var reply = await server.PostAsync(request.ToJsonString(), "/cluster");
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        var labels = reply.Json["labels"]!.AsArray().Select(label => (int)label!).ToList();
        Assert.Equal(["0 1 2", "0 1 2", "0 1 2", "0 1 2"], labels.Chunk(3).Select(row => string.Join(' ', row)));
        var clusters = reply.Json["clusters"]!.AsArray();
        Assert.Equal([4, 4, 4], clusters.Select(cluster => (int)cluster!["size"]!));
        Assert.Equal([100.15F, 0.3F], clusters[1]!["centroid"]!.AsArray().Select(value => (float)value!));
        Assert.InRange((double)reply.Json["silhouette"]!, 0.99, 1);
    }

    [Fact]
    public async Task Communities_are_what_is_alike_and_the_rest_is_in_none()
    {
        var reply = await server.PostAsync(
            """{"input": [[1, 0], [1, 0.01], [0, 1], [-1, -1], [0.01, 1], [1, 0.02]], "method": "communities", "threshold": 0.99}""",
            "/cluster");
        Assert.Equal("[0,0,1,-1,1,0]", reply.Json["labels"]!.ToJsonString());
    }

    [Fact]
    public async Task A_collection_is_clustered_by_its_texts()
    {
        string[] topics = ["cooking pasta at home", "a football match"];
        await server.AddAsync("two", new JsonArray([.. Enumerable.Range(0, 20).Select(i => new JsonObject
        {
            ["id"] = $"d{i}", ["text"] = $"{topics[i % 2]} {i}", ["metadata"] = new JsonObject { ["even"] = i % 2 == 0 },
        })]).ToJsonString());
        var reply = await server.PostAsync("""{"k": 2}""", "/collections/two/cluster");
        Assert.Equal(20, reply.Json["ids"]!.AsArray().Count);
        var labels = reply.Json["labels"]!.AsArray().Select(label => (int)label!).ToList();
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(labels[i % 2], labels[i]));
        Assert.NotEqual(labels[0], labels[1]);
        var part = await server.PostAsync("""{"k": 2, "filter": {"even": true}, "limit": 4}""", "/collections/two/cluster");
        Assert.Equal((4, 10, true), (part.Json["labels"]!.AsArray().Count, (int)part.Json["documents"]!, (bool)part.Json["sampled"]!));
    }

    [Theory]
    [InlineData("""{"input": ["a", "b"]}""", "'$.k' is invalid: k-means needs the number of clusters", "k")]
    [InlineData("""{"input": ["a", "b"], "k": 1}""", "Invalid 'k': 1 is not between 2 and 1000", "k")]
    [InlineData("""{"input": ["a", "b"], "k": 3}""", "2 rows cannot be 3 clusters", "k")]
    [InlineData("""{"input": ["a"], "k": 2}""", "'input': it has 1 items; this takes 2 to", "input")]
    [InlineData("""{"input": ["a", "b"], "method": "dbscan"}""", "Invalid value for 'method' = dbscan", "method")]
    [InlineData("""{"input": ["a", "b"], "method": "hdbscan", "k": 2}""", "'k' is not for method 'hdbscan'", "k")]
    [InlineData("""{"input": ["a", "b"], "k": 2, "min_size": 2}""", "'min_size' is not for method 'kmeans'", "min_size")]
    [InlineData("""{"input": ["a", "b"], "k": 2, "threshold": 0.5}""", "'threshold' is not for method 'kmeans'", "threshold")]
    [InlineData("""{"input": ["a", "b"], "method": "communities", "threshold": 2}""", "Invalid 'threshold': 2 is not between -1 and 1", "threshold")]
    [InlineData("""{"input": ["a", "b"], "k": 2, "include": ["labels"]}""", "Invalid value in 'include': labels", "include")]
    public async Task A_wrong_body_is_a_400_that_says_where(string body, string part, string? param) =>
        (await server.PostAsync(body, "/cluster")).AssertRefused(part, param);
}
