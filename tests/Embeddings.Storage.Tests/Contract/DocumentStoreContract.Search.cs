using Embeddings.Storage.Filtering;
using Embeddings.Vectors;

namespace Embeddings.Storage.Tests.Contract;

public abstract partial class DocumentStoreContract
{
    private const int Dimensions = 4;

    public static TheoryData<Metric> Metrics => [.. Enum.GetValues<Metric>()];

    [Theory]
    [MemberData(nameof(Metrics))]
    public async Task Pages_of_a_search_are_slices_of_everything_sorted(Metric metric)
    {
        var random = new Random(1);
        var (docs, all) = await FillAsync(metric, random);
        for (var i = 0; i < 20; i++)
        {
            ReadOnlyMemory<float> query = TestDocuments.Vector(random, Dimensions);
            var expected = BruteForce.Rank(metric, all, query);
            for (var (offset, limit) = (0, random.Next(1, 40)); offset < all.Count + limit; offset += limit)
            {
                var page = await SearchAsync(docs, new SearchRequest(query, limit) { Offset = offset });
                Assert.Equal(expected.Skip(offset).Take(limit), page);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public async Task A_bound_is_the_worst_score_that_is_found(Metric metric)
    {
        var random = new Random(2);
        var (docs, all) = await FillAsync(metric, random);
        foreach (var bound in new[] { -3, -1, -0.5f, 0, 0.25f, 1, 1.7320508f, 2, 100 })
        {
            var query = TestDocuments.Vector(random, Dimensions);
            var expected = BruteForce.Rank(metric, all, query).Where(
                found => metric == Metric.Euclidean ? found.Score <= bound : found.Score >= bound);
            Assert.Equal(expected, await SearchAsync(docs, new SearchRequest(query, 1000) { Bound = bound }));
            Assert.Equal(
                expected.Skip(3).Take(5),
                await SearchAsync(docs, new SearchRequest(query, 5) { Bound = bound, Offset = 3 }));
        }
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public async Task A_filter_and_ids_to_leave_out_are_applied_before_the_page_is_cut(Metric metric)
    {
        var random = new Random(3);
        var (docs, all) = await FillAsync(metric, random);
        var filter = new Filter.Compare("group", Comparison.Equal, MetadataValue.Of(2));
        string[] without = [.. all.Where((_, i) => i % 3 == 0).Select(document => document.Id), "nobody"];
        for (var i = 0; i < 10; i++)
        {
            var query = TestDocuments.Vector(random, Dimensions);
            var allowed = all
                .Where(document => document.Metadata!.Json.Contains("\"group\":2", StringComparison.Ordinal)).ToList();
            var request = new SearchRequest(query, 7) { Offset = i };
            Assert.Equal(
                BruteForce.Rank(metric, allowed, query).Skip(i).Take(7),
                await SearchAsync(docs, request with { Filter = filter }));
            allowed.RemoveAll(document => without.Contains(document.Id));
            Assert.Equal(
                BruteForce.Rank(metric, allowed, query).Skip(i).Take(7),
                await SearchAsync(docs, request with { Filter = filter, Without = without }));
        }
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public async Task Several_queries_give_what_each_gives_alone(Metric metric)
    {
        var (docs, _) = await FillAsync(metric, new Random(4));
        var queries = TestDocuments.Vector(new Random(5), 9 * Dimensions);
        var request = new SearchRequest(queries, 11) { Offset = 2, Bound = metric == Metric.Euclidean ? 4 : 0 };
        var together = await docs.SearchAsync(request, Token);
        Assert.Equal(9, together.Count);
        for (var i = 0; i < 9; i++)
        {
            var alone = await SearchAsync(
                docs, request with { Queries = queries.AsMemory(i * Dimensions, Dimensions) });
            Assert.Equal(alone, together[i].Select(found => (found.Document.Id, found.Score)));
        }

        Assert.Empty(await docs.SearchAsync(new SearchRequest(default, 5), Token));
    }

    [Fact]
    public async Task Equal_scores_are_in_the_order_of_UTF8_bytes_across_pages()
    {
        var docs = await CreateAsync();
        string[] ids = [.. TestDocuments.OddIds, .. Enumerable.Range(0, 300).Select(i => $"x{i:x}")];
        await docs.UpsertAsync(
            [.. ids.OrderBy(id => id.Length * 7919 % 13).Select(id => Doc(id)), TestDocuments.Make(
                "best", null, null, 9, 9)],
            Token);
        string[] expected = ["best", .. ids.Order(Comparer<string>.Create(TestDocuments.CompareUtf8))];
        foreach (var limit in new[] { 1, 7, 100, 1000 })
        {
            var pages = new List<string>();
            while (await SearchAsync(docs, new SearchRequest(new float[] { 1, 1 }, limit) { Offset = pages.Count }) is { Count: > 0 } page)
            {
                pages.AddRange(page.Select(found => found.Id));
            }

            Assert.Equal(expected, pages);
        }
    }

    // Squares of distances that differ by one part in 8 million have the same square root as a float.
    [Fact]
    public async Task Distances_that_round_to_the_same_are_equal_across_pages()
    {
        var docs = await CreateAsync(2, Metric.Euclidean);
        string[] near = ["b1", "b2", "b3"], far = ["a1", "a2", "a3"];
        await docs.UpsertAsync(
            [.. near.Select(id => TestDocuments.Make(id, null, null, 1, 0)), .. far.Select(
                id => TestDocuments.Make(id, null, null, 1, 0.0003f))],
            Token);
        var found = new List<(string Id, float Score)>();
        for (var offset = 0; offset < 6; offset++)
        {
            found.AddRange(await SearchAsync(docs, new SearchRequest(new float[2], 1) { Offset = offset }));
        }

        Assert.Equal([.. far, .. near], found.Select(item => item.Id));
        Assert.All(found, item => Assert.Equal(1, item.Score));
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(1f, 2f, 3f, 4f, 5f)]
    [InlineData(1f, 2f, 3f, float.NaN)]
    [InlineData(1f, 2f, 3f, float.NegativeInfinity)]
    public async Task A_query_that_cannot_be_compared_is_refused(params float[] query)
    {
        var docs = await CreateAsync(Dimensions);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => docs.SearchAsync(new SearchRequest(query, 5), Token));
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => docs.SearchAsync(new SearchRequest(new float[4], 0), Token));
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => docs.SearchAsync(new SearchRequest(new float[4], 1) { Offset = -1 }, Token));
    }

    [Fact]
    public async Task An_empty_collection_and_a_page_far_behind_give_nothing()
    {
        var docs = await CreateAsync();
        Assert.Empty(await SearchAsync(docs, new SearchRequest(new float[2], int.MaxValue) { Offset = int.MaxValue }));
        await docs.UpsertAsync([Doc("a")], Token);
        Assert.Empty(await SearchAsync(docs, new SearchRequest(new float[2], int.MaxValue) { Offset = int.MaxValue }));
        Assert.Single(await SearchAsync(docs, new SearchRequest(new float[2], int.MaxValue)));
        await docs.DeleteAsync(["a"], Token);
        Assert.Empty(await SearchAsync(docs, new SearchRequest(new float[2], 5)));
    }

    // Few different vectors, so that most scores are equal to many others.
    private async Task<(IDocumentCollection Docs, List<Document> All)> FillAsync(Metric metric, Random random)
    {
        var docs = await CreateAsync(Dimensions, metric);
        string[] ids = [.. TestDocuments.OddIds, .. Enumerable.Range(0, 180).Select(i => $"id {i}")];
        List<Document> all = [.. ids.Select((id, i) => TestDocuments.Make(id, null, $$"""{"group":{{i % 5}}}""", TestDocuments.Vector(random, Dimensions)))];
        await docs.UpsertAsync(
            [.. all.Select(document => document with { Vector = new float[Dimensions] }), TestDocuments.Make(
                "gone", null, null, new float[Dimensions])],
            Token);
        await docs.UpsertAsync(all, Token);
        await docs.DeleteAsync(["gone"], Token);
        return (docs, all);
    }

    private static async Task<List<(string Id, float Score)>> SearchAsync(
        IDocumentCollection docs, SearchRequest request) =>
        [.. Assert.Single(await docs.SearchAsync(request, Token)).Select(found => (found.Document.Id, found.Score))];
}
