using System.Net;

namespace Embeddings.Api.Tests.Projections;

/// <summary>What a wrong request for a map is told: the field, and what it may be.</summary>
public sealed class ProjectionErrorsTests(Server server) : IClassFixture<Server>
{
    [Theory]
    [InlineData("""{"method": "lda"}""", "Invalid value for 'method' = lda. Supported values: ['umap', 'tsne', 'pca']", "method")]
    [InlineData("""{"dimensions": 1}""", "Invalid 'dimensions': 1 is not between 2 and 3", "dimensions")]
    [InlineData("""{"dimensions": 4}""", "Invalid 'dimensions': 4 is not between 2 and 3", "dimensions")]
    [InlineData("""{"method": "pca", "dimensions": 385}""", "385 are more than the 384 of the vectors", "dimensions")]
    [InlineData("""{"seed": 1.5}""", "'seed'", "seed")]
    [InlineData("""{"limit": 2}""", "Invalid 'limit': 2 is not between 3 and 100000", "limit")]
    [InlineData("""{"wait": 61}""", "Invalid 'wait': 61 is not between 0 and 60", "wait")]
    [InlineData("""{"filter": {"$x": 1}}""", "filter", "filter")]
    [InlineData("""{"include": ["vector"]}""", "Invalid value in 'include': vector", "include")]
    [InlineData("""{"include": ["metadata."]}""", "Invalid value in 'include': metadata.", "include")]
    [InlineData("""{"umap": {"neighbors": 1}}""", "Invalid 'umap.neighbors': 1 is not between 2 and 200", "umap")]
    [InlineData("""{"umap": {"min_dist": -1}}""", "Invalid 'umap.min_dist': -1 is not between 0 and 3", "umap")]
    [InlineData("""{"umap": {"epochs": 0}}""", "Invalid 'umap.epochs': 0 is not between 1 and 5000", "umap")]
    [InlineData("""{"method": "tsne", "tsne": {"perplexity": 1}}""", "Invalid 'tsne.perplexity'", "tsne")]
    [InlineData("""{"method": "tsne", "umap": {}}""", "'umap' has settings of another method than 'tsne'", "umap")]
    [InlineData("""{"umap": {"neighbours": 5}}""", "neighbors", "umap")]
    [InlineData("""{"methode": "pca"}""", "method", "methode")]
    [InlineData("""{}""", "2 documents match; at least 3 are needed", null)]
    public async Task A_wrong_body_is_a_400_that_says_where(string body, string part, string? param)
    {
        await server.AddAsync("two", """[{"id": "a", "text": "a"}, {"id": "b", "text": "b"}]""");
        (await server.PostAsync(body, "/collections/two/projection")).AssertRefused(part, param);
    }

    [Theory]
    [InlineData("""{}""", "'$.input' is invalid: it is required", "input")]
    [InlineData("""{"input": ["a", "b"]}""", "'input': it has 2 items; this takes 3 to", "input")]
    [InlineData("""{"input": ["a", "", "b"]}""", "'$.input[1]' is invalid: an empty string", "input")]
    [InlineData("""{"input": [[1, 2], [1], [3, 4]]}""", "'input[1]': it has 1 numbers, but vectors here have 2", "input")]
    [InlineData("""{"input": [[1], [2], [3]], "method": "pca"}""", "2 are more than the 1 of the vectors", "dimensions")]
    [InlineData("""{"input": ["a", "b", "c"], "metric": "manhattan"}""", "Invalid value for 'metric' = manhattan", "metric")]
    [InlineData("""{"input": ["a", "b", "c"], "filter": {}}""", "filter", "filter")]
    public async Task Wrong_texts_are_a_400_that_says_where(string body, string part, string? param) =>
        (await server.PostAsync(body, "/projection")).AssertRefused(part, param);

    [Fact]
    public async Task An_unknown_collection_is_a_404()
    {
        var reply = (await server.PostAsync("{}", "/collections/nobodys/projection")).AssertEnvelope(HttpStatusCode.NotFound);
        Assert.Equal("collection_not_found", (string)reply.Error["code"]!);
    }
}
