using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Embeddings.Api.Tests.Retrieval;

/// <summary>Pages and bounds of a search, for every metric, over documents of which many have equal scores.</summary>
public sealed class PagingTests(Server server) : IClassFixture<Server>
{
    private const int Documents = 97;

    [Theory]
    [InlineData("cosine")]
    [InlineData("dot")]
    [InlineData("euclidean")]
    public async Task Pages_of_any_size_fit_together_without_gaps_or_doubles(string metric)
    {
        var collection = await FillAsync(metric);
        var expected = Expected(metric).Select(item => item.Id).ToArray();
        foreach (var size in new[] { 1, 10, 13, Documents })
        {
            var ids = new List<string>();
            for (var offset = 0; offset < Documents; offset += size)
            {
                ids.AddRange((await AskAsync(new { collection, query = new[] { 1, 0 }, top_k = size, offset })).Ids());
            }

            Assert.Equal(expected, ids);
        }
    }

    [Theory]
    [InlineData("cosine")]
    [InlineData("dot")]
    [InlineData("euclidean")]
    public async Task Only_what_is_as_good_as_min_score_is_found(string metric)
    {
        var collection = await FillAsync(metric);
        var expected = Expected(metric);
        foreach (var at in new[] { 0, 5, 40, Documents - 1 })
        {
            // min_score is exactly the score of a document: this document and all with the same score are results.
            var whole = await AskAsync(new { collection, query = new[] { 1, 0 }, top_k = Documents });
            var bound = whole.Json["results"]![at]!["score"]!.GetValue<float>();
            var found = await AskAsync(
                new { collection, query = new[] { 1, 0 }, top_k = Documents, min_score = bound });
            Assert.Equal(expected.Where(item => Math.Abs(item.Score - expected[at].Score) < 1e-9 || expected.IndexOf(item) < at).Select(item => item.Id), found.Ids());
        }
    }

    [Fact]
    public async Task A_bound_that_nothing_reaches_or_a_page_after_the_last_is_empty()
    {
        var collection = await FillAsync("cosine");
        Assert.Empty((await AskAsync(new { collection, query = new[] { 1, 0 }, min_score = 1.5 })).Ids());
        Assert.Empty((await AskAsync(new { collection, query = new[] { 1, 0 }, offset = Documents })).Ids());
        Assert.Empty((await AskAsync(new { collection, query = new[] { 1, 0 }, offset = 900_000 })).Ids());
        Assert.Equal(Documents, (await AskAsync(new { collection, query = new[] { 1, 0 }, min_score = -1.5, top_k = 10_000 })).Ids().Length);
    }

    [Fact]
    public async Task Ten_come_back_when_nobody_says_how_many()
    {
        var collection = await FillAsync("cosine");
        Assert.Equal(10, (await AskAsync(new { collection, query = new[] { 1, 0 } })).Ids().Length);
    }

    [Fact]
    public async Task Equal_scores_are_in_the_order_of_the_bytes_of_their_ids()
    {
        // In UTF-16 order the emoji is before the private-use letter, in UTF-8 order after it.
        string[] ids = ["10", "9", "B", "a", "ä", "\uE000", "😀"];
        await server.AddAsync(
            "ties", JsonSerializer.Serialize(ids.Reverse().Select(id => new { id, vector = new[] { 1, 2 } })));
        Assert.Equal(ids, (await AskAsync(new { collection = "ties", query = new[] { 1, 2 } })).Ids());
    }

    // Eleven different vectors among all documents.
    private static float[] VectorOf(int i) => [i % 11 - 5, 1 + (i % 11 % 3)];

    private static string IdOf(int i) => string.Create(CultureInfo.InvariantCulture, $"d{i * 37 % Documents}");

    // Rounded: vectors of one direction have one cosine, which double arithmetic may miss by its last bit.
    private static List<(string Id, double Score)> Expected(string metric)
    {
        var all = Enumerable.Range(0, Documents).Select(
            i => (Id: IdOf(i), Score: Math.Round(Arithmetic.Score(metric, [1, 0], VectorOf(i)), 9)));
        var order = metric == "euclidean" ? all.OrderBy(item => item.Score) : all.OrderByDescending(item => item.Score);
        return [.. order.ThenBy(item => item.Id, StringComparer.Ordinal)];
    }

    private async Task<string> FillAsync(string metric)
    {
        await server.PutAsync($"/collections/{metric}", $$"""{"dimensions": 2, "metric": "{{metric}}"}""");
        await server.AddAsync(metric, JsonSerializer.Serialize(Enumerable.Range(0, Documents).Select(i => new { id = IdOf(i), vector = VectorOf(i) })));
        return metric;
    }

    private async Task<Reply> AskAsync(object body)
    {
        var reply = await server.PostAsync(body, "/search");
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        return reply;
    }
}
