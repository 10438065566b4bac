using System.Net;
using System.Text.Json;

namespace Embeddings.Api.Tests.Retrieval;

/// <summary>Which documents a filter lets through, wherever a filter may stand.</summary>
public sealed class FilterTests(Server server) : IClassFixture<Server>, IAsyncLifetime
{
    private const string Documents = """
        [{"id": "a", "vector": [1, 5], "metadata": {"year": 2019, "lang": "en", "tags": ["x", "y"], "ok": true, "author": {"name": "Ann", "age": 30}}},
         {"id": "b", "vector": [1, 4], "metadata": {"year": 2020, "lang": "de", "tags": ["y"], "ok": false}},
         {"id": "c", "vector": [1, 3], "metadata": {"year": 2021, "lang": "en", "tags": [], "rate": 1.5, "odd name.$": 1}},
         {"id": "d", "vector": [1, 2], "metadata": {"year": "2021", "lang": null, "grades": [1, 5]}},
         {"id": "e", "vector": [1, 1]}]
        """;

    public async ValueTask InitializeAsync() => await server.AddAsync("filtered", Documents);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("""{}""", "a b c d e")]
    [InlineData("""{"year": 2020}""", "b")]
    [InlineData("""{"year": 2.02e3}""", "b")]
    [InlineData("""{"year": "2021"}""", "d")]
    [InlineData("""{"year": true}""", "")]
    [InlineData("""{"nothing": 1}""", "")]
    [InlineData("""{"year": {"$eq": 2020}}""", "b")]
    [InlineData("""{"year": {"$ne": 2020}}""", "a c d e")]
    [InlineData("""{"year": {"$gt": 2019}}""", "b c")]
    [InlineData("""{"year": {"$gte": 2020}}""", "b c")]
    [InlineData("""{"year": {"$lt": 2020}}""", "a")]
    [InlineData("""{"year": {"$lte": 2020}}""", "a b")]
    [InlineData("""{"year": {"$gt": 2019, "$lt": 2021}}""", "b")]
    [InlineData("""{"year": {"$gte": "2000"}}""", "d")]
    [InlineData("""{"lang": {"$gt": "de"}}""", "a c")]
    [InlineData("""{"lang": {"$lte": "de"}}""", "b")]
    [InlineData("""{"rate": {"$gt": 1.4999999}}""", "c")]
    [InlineData("""{"lang": {"$in": ["de", "fr"]}}""", "b")]
    [InlineData("""{"year": {"$in": [2019, "2021", true]}}""", "a d")]
    [InlineData("""{"year": {"$in": []}}""", "")]
    [InlineData("""{"year": {"$nin": []}}""", "a b c d e")]
    [InlineData("""{"year": {"$nin": [2019, 2020]}}""", "c d e")]
    [InlineData("""{"tags": "y"}""", "a b")]
    [InlineData("""{"tags": ["y"]}""", "b")]
    [InlineData("""{"tags": ["x", "y"]}""", "a")]
    [InlineData("""{"tags": ["y", "x"]}""", "")]
    [InlineData("""{"tags": []}""", "c")]
    [InlineData("""{"tags": {"$in": ["x", "z"]}}""", "a")]
    [InlineData("""{"tags": {"$nin": ["x"]}}""", "b c d e")]
    [InlineData("""{"tags": {"$ne": "y"}}""", "c d e")]
    [InlineData("""{"tags": {"$exists": true}}""", "a b c")]
    [InlineData("""{"grades": {"$gt": 4}}""", "d")]
    [InlineData("""{"ok": true}""", "a")]
    [InlineData("""{"ok": {"$eq": false}}""", "b")]
    [InlineData("""{"ok": {"$ne": true}}""", "b c d e")]
    [InlineData("""{"lang": {"$exists": true}}""", "a b c")]
    [InlineData("""{"lang": {"$exists": false}}""", "d e")]
    [InlineData("""{"author.name": "Ann"}""", "a")]
    [InlineData("""{"author.age": {"$lt": 31}}""", "a")]
    [InlineData("""{"author": {"$exists": true}}""", "a")]
    [InlineData("""{"author": "Ann"}""", "")]
    [InlineData("""{"author": {"$ne": "Ann"}}""", "a b c d e")]
    [InlineData("""{"odd name.$": 1}""", "c")]
    [InlineData("""{"lang": "en", "year": 2019}""", "a")]
    [InlineData("""{"$and": [{"lang": "en"}, {"year": {"$gte": 2020}}]}""", "c")]
    [InlineData("""{"$or": [{"lang": "de"}, {"rate": {"$gt": 1}}]}""", "b c")]
    [InlineData("""{"$or": [{}]}""", "a b c d e")]
    [InlineData("""{"$not": {"lang": "en"}}""", "b d e")]
    [InlineData("""{"$not": {}}""", "")]
    [InlineData("""{"year": {"$not": {"$gte": 2020}}}""", "a d e")]
    [InlineData("""{"year": {"$gte": 2020, "$not": {"$eq": 2021}}}""", "b")]
    [InlineData("""{"lang": "en", "$or": [{"tags": "x"}, {"$not": {"year": {"$exists": true}}}]}""", "a")]
    [InlineData("""{"$and": [{"$or": [{"lang": "en"}, {"lang": "de"}]}, {"$not": {"$and": [{"ok": true}]}}]}""", "b c")]
    public async Task A_filter_lets_the_same_documents_through_everywhere(string filter, string ids)
    {
        var expected = ids.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var search = await server.PostAsync($$"""{"collection": "filtered", "query": [0, 1], "filter": {{filter}}}""", "/search");
        Assert.Equal(expected, search.Ids().Order());
        Assert.Equal(search.Ids(), (await server.PostAsync($$"""{"documents": {{Documents}}, "query": [0, 1], "filter": {{filter}}}""", "/search")).Ids());
        Assert.Equal(expected, (await server.PostAsync($$"""{"filter": {{filter}}}""", "/collections/filtered/documents/list")).Ids("data"));
        Assert.Equal($$"""{"count":{{expected.Length}}}""", (await server.PostAsync($$"""{"filter": {{filter}}}""", "/collections/filtered/count")).Text);
    }

    [Fact]
    public async Task The_one_document_of_two_hundred_that_matches_is_found_however_far_it_is()
    {
        var documents = Enumerable.Range(0, 200).Select(i => new { id = $"d{i:000}", vector = new[] { 200 - i, i }, metadata = new { last = i == 199, late = i >= 190 } });
        await server.AddAsync("many", JsonSerializer.Serialize(documents));
        Assert.Equal(["d199"], (await server.PostAsync("""{"collection": "many", "query": [1, 0], "top_k": 1, "filter": {"last": true}}""", "/search")).Ids());
        var late = await server.PostAsync("""{"collection": "many", "query": [1, 0], "top_k": 10, "filter": {"late": true}}""", "/search");
        Assert.Equal(Enumerable.Range(190, 10).Select(i => $"d{i}"), late.Ids());
    }

    [Fact]
    public async Task A_filter_of_null_filters_nothing()
    {
        Assert.Equal(5, (await server.PostAsync("""{"collection": "filtered", "query": [0, 1], "filter": null}""", "/search")).Ids().Length);
        Assert.Equal("""{"count":5}""", (await server.PostAsync("""{"filter": null}""", "/collections/filtered/count")).Text);
    }

    private const string Untidy = """
        [{"id": "a", "vector": [1], "metadata": {"groups": ["banned", null], "n": 9007199254740993, "at": "2025-03-01T12:00:00Z"}},
         {"id": "b", "vector": [1], "metadata": {"groups": [{"deep": 1}, ["banned"]], "n": 9007199254740992, "at": "2025-03-01T13:00:00.5+01:00"}},
         {"id": "c", "vector": [1], "metadata": {"groups": ["ok"], "n": 18446744073709551615, "authors": [{"name": "Ann"}, {"name": "Bob"}], "at": "2025-03-01T11:59:59.999-00:30"}},
         {"id": "d", "vector": [1], "metadata": {"groups": null, "n": 9007199254740992.0, "authors": {"name": "Ann"}, "at": "2025"}}]
        """;

    [Theory]
    [InlineData("""{"groups": {"$nin": ["banned"]}}""", "c d")]
    [InlineData("""{"groups": "banned"}""", "a b")]
    [InlineData("""{"groups": ["banned"]}""", "")]
    [InlineData("""{"groups": {"$exists": true}}""", "a b c")]
    [InlineData("""{"groups.deep": 1}""", "b")]
    [InlineData("""{"authors": {"$exists": true}}""", "c d")]
    [InlineData("""{"authors.name": "Ann"}""", "c d")]
    [InlineData("""{"authors.name": {"$in": ["Bob", "Eve"]}}""", "c")]
    [InlineData("""{"n": 9007199254740993}""", "a")]
    [InlineData("""{"n": {"$in": [9007199254740992]}}""", "b d")]
    [InlineData("""{"n": {"$gt": 9007199254740992}}""", "a c")]
    [InlineData("""{"n": {"$lt": 9007199254740993}}""", "b d")]
    [InlineData("""{"n": 18446744073709551615}""", "c")]
    [InlineData("""{"n": {"$lt": 18446744073709551616}}""", "a b c d")]
    [InlineData("""{"at": "2025-03-01T12:00:00.000Z"}""", "a")]
    [InlineData("""{"at": {"$in": ["2025-03-01T12:00:00.50Z", "2025"]}}""", "b d")]
    [InlineData("""{"at": {"$gt": "2025-03-01T11:00:00-01:00"}}""", "b c")]
    [InlineData("""{"at": {"$lte": "2025-03-01T12:00:00Z", "$ne": "2025"}}""", "a")]
    public async Task Nothing_in_a_field_hides_it_and_numbers_and_times_are_compared_exactly(string filter, string ids)
    {
        await server.AddAsync("untidy", Untidy);
        var reply = await server.PostAsync($$"""{"filter": {{filter}}}""", "/collections/untidy/documents/list");
        Assert.Equal(ids.Split(' ', StringSplitOptions.RemoveEmptyEntries), reply.Ids("data"));
    }

    [Fact]
    public async Task A_thousand_conditions_are_taken_and_any_number_of_values()
    {
        var conditions = string.Join(',', Enumerable.Range(0, 998).Select(i => $$"""{"year": {{i}}}"""));
        var values = string.Join(',', Enumerable.Range(0, 20_000));
        var filter = $$"""{"$or": [{{conditions}}, {"year": {"$in": [{{values}}]} }]}""";
        Assert.Equal(["a", "b", "c"], (await server.PostAsync($$"""{"filter": {{filter}}}""", "/collections/filtered/documents/list")).Ids("data"));
    }

    [Fact]
    public async Task Deleting_by_a_filter_deletes_what_it_lets_through_and_no_more()
    {
        await server.AddAsync("shrinking", Documents);
        var reply = await server.PostAsync("""{"filter": {"year": {"$gte": 2020}}}""", "/collections/shrinking/documents/delete");
        Assert.Equal((HttpStatusCode.OK, """{"count":2}"""), (reply.Status, reply.Text));
        Assert.Equal(["a", "d", "e"], (await server.GetAsync("/collections/shrinking/documents")).Ids("data"));
        Assert.Equal("""{"count":3}""", (await server.PostAsync("""{"filter": {}}""", "/collections/shrinking/documents/delete")).Text);
        Assert.Empty((await server.PostAsync("""{"collection": "shrinking", "query": [0, 1]}""", "/search")).Ids());
    }
}
