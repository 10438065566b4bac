using System.Net;
using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests.Projections;

/// <summary>Maps over HTTP: of a collection, of texts, as a job.</summary>
public sealed class ProjectionTests(Server server) : IClassFixture<Server>
{
    private static readonly string[] Topics = ["cooking pasta", "a football match", "stock market news"];

    [Theory]
    [InlineData("umap")]
    [InlineData("tsne")]
    [InlineData("pca")]
    public async Task Documents_about_one_thing_lie_together(string method)
    {
        var name = $"map-{method}";
        await AddAsync(name, 60);
        var reply = await server.PostAsync(
            $$"""{"method": "{{method}}", "include": ["text", "metadata.topic"], "wait": 60}""", $"/collections/{name}/projection");
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        var points = reply.Json["points"]!.AsArray();
        Assert.Equal((60, 60, false), (points.Count, (int)reply.Json["documents"]!, (bool)reply.Json["sampled"]!));
        var positions = points.Select(point => Position(point!)).ToList();
        var topics = points.Select(point => (int)point!["metadata"]!["topic"]!).ToList();
        var right = Enumerable.Range(0, 60).Count(i => topics[Nearest(positions, i)] == topics[i]);
        Assert.True(right >= 55, $"{right} of 60");
        Assert.Equal("""{"topic":0}""", points[0]!["metadata"]!.ToJsonString());
        Assert.StartsWith(Topics[0], (string)points[0]!["text"]!, StringComparison.Ordinal);
        Assert.Equal(method == "pca", reply.Json["explained_variance"] is not null);
    }

    [Fact]
    public async Task The_same_request_has_the_same_map_until_the_collection_changes()
    {
        await AddAsync("same", 30);
        const string Request = """{"method": "umap", "dimensions": 3, "wait": 60}""";
        var first = await server.PostAsync(Request, "/collections/same/projection");
        var second = await server.PostAsync(Request, "/collections/same/projection");
        Assert.Equal(first.Text, second.Text);
        Assert.Equal(1, await JobsOfAsync("same"));
        await server.AddAsync("same", """[{"id": "new", "text": "a bird"}]""");
        var third = await server.PostAsync(Request, "/collections/same/projection");
        Assert.Equal(31, third.Json["points"]!.AsArray().Count);
        Assert.Equal(2, await JobsOfAsync("same"));
    }

    [Fact]
    public async Task Of_too_many_documents_a_sample_is_taken_that_a_filter_narrows()
    {
        await AddAsync("sample", 90);
        var reply = await server.PostAsync(
            """{"method": "pca", "limit": 10, "filter": {"topic": {"$gt": 0}}, "include": ["metadata"]}""", "/collections/sample/projection");
        var points = reply.Json["points"]!.AsArray();
        Assert.Equal((10, 60, true), (points.Count, (int)reply.Json["documents"]!, (bool)reply.Json["sampled"]!));
        Assert.All(points, point => Assert.InRange((int)point!["metadata"]!["topic"]!, 1, 2));
        Assert.Equal(10, points.Select(point => (string)point!["id"]!).Distinct().Count());
    }

    [Fact]
    public async Task Texts_and_vectors_are_laid_out_without_a_collection()
    {
        var texts = await server.PostAsync("""{"input": ["cat", "kitten", "car", "lorry"], "method": "pca"}""", "/projection");
        Assert.Equal(4, texts.Json["points"]!.AsArray().Count);
        Assert.True((int)texts.Json["usage"]!["total_tokens"]! > 0);
        var vectors = await server.PostAsync(
            """{"input": [[0, 0, 0], [4, 0, 0], [2, 1, 0]], "method": "pca", "metric": "euclidean"}""", "/projection");
        var positions = vectors.Json["points"]!.AsArray().Select(point => Position(point!)).ToList();
        // In a plane PCA only turns and moves: distances stay.
        Assert.Equal(4, Math.Sqrt(Square(positions[0], positions[1])), 1e-5);
        Assert.Equal(Math.Sqrt(5), Math.Sqrt(Square(positions[0], positions[2])), 1e-5);
    }

    [Fact]
    public async Task A_map_that_takes_longer_is_a_job()
    {
        await AddAsync("job", 60);
        var reply = await server.PostAsync("""{"method": "umap", "wait": 0, "quality": true}""", "/collections/job/projection");
        Assert.Equal(HttpStatusCode.Accepted, reply.Status);
        var id = (string)reply.Json["id"]!;
        Assert.Equal($"/jobs/{id}", reply.Response.Headers.Location!.ToString());
        Assert.Equal(("job", "projection", "job"), ((string)reply.Json["object"]!, (string)reply.Json["kind"]!, (string)reply.Json["collection"]!));
        var done = await server.GetAsync($"/jobs/{id}?wait=60");
        Assert.Equal(("done", 1.0), ((string)done.Json["status"]!, (double)done.Json["progress"]!));
        Assert.Equal(60, done.Json["result"]!["points"]!.AsArray().Count);
        Assert.InRange((double)done.Json["result"]!["quality"]!["trustworthiness"]!, 0.5, 1);
        Assert.Contains(id, (await server.GetAsync("/jobs")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.DeleteAsync($"/jobs/{id}")).Status);
        var gone = (await server.GetAsync($"/jobs/{id}")).AssertEnvelope(HttpStatusCode.NotFound);
        Assert.Equal("job_not_found", (string)gone.Error["code"]!);
    }

    private async Task<int> JobsOfAsync(string collection) =>
        (await server.GetAsync("/jobs")).Json["data"]!.AsArray().Count(job => (string?)job!["collection"] == collection);

    private async Task AddAsync(string name, int count) => await server.AddAsync(
        name,
        new JsonArray([.. Enumerable.Range(0, count).Select(i => new JsonObject
        {
            ["id"] = $"d{i}",
            ["text"] = $"{Topics[i % 3]} {i}",
            ["metadata"] = new JsonObject { ["topic"] = i % 3, ["number"] = i },
        })]).ToJsonString());

    private static double[] Position(JsonNode point) => [.. point["position"]!.AsArray().Select(value => (double)value!)];

    private static int Nearest(List<double[]> positions, int i) =>
        Enumerable.Range(0, positions.Count).Where(j => j != i).MinBy(j => Square(positions[i], positions[j]));

    private static double Square(double[] x, double[] y) => x.Zip(y, (a, b) => (a - b) * (a - b)).Sum();
}
