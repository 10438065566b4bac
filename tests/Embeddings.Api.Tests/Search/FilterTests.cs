using System.Net;

namespace Embeddings.Api.Tests.Search;

/// <summary>Every operator over HTTP, on five documents of which it is plain who matches.</summary>
public sealed class FilterTests(FilterTests.Library library) : IClassFixture<FilterTests.Library>
{
    [Theory]
    [InlineData("""{}""", "a b c d e")]
    [InlineData("""{"year": 2020}""", "a")]
    [InlineData("""{"year": {"$eq": 2021}}""", "b")]
    [InlineData("""{"year": {"$ne": 2020}}""", "b c d e")]
    [InlineData("""{"year": {"$gt": 2020}}""", "b c")]
    [InlineData("""{"year": {"$gte": 2020, "$lt": 2022}}""", "a b")]
    [InlineData("""{"year": {"$lte": 2021.5}}""", "a b")]
    [InlineData("""{"lang": {"$in": ["en", "fr"]}}""", "a c d")]
    [InlineData("""{"lang": {"$nin": ["en", "fr"]}}""", "b e")]
    [InlineData("""{"lang": {"$gt": "de"}}""", "a c d")]
    [InlineData("""{"tags": "x"}""", "a b")]
    [InlineData("""{"tags": {"$in": ["y", "z"]}}""", "a c")]
    [InlineData("""{"tags": ["x"]}""", "b")]
    [InlineData("""{"tags": {"$ne": "x"}}""", "c d e")]
    [InlineData("""{"open": true}""", "a")]
    [InlineData("""{"open": {"$exists": true}}""", "a b")]
    [InlineData("""{"open": {"$exists": false}}""", "c d e")]
    [InlineData("""{"author.name": "Ann"}""", "c")]
    [InlineData("""{"$and": [{"lang": "en"}, {"year": 2020}]}""", "a")]
    [InlineData("""{"$or": [{"lang": "fr"}, {"year": {"$gte": 2022}}]}""", "c d")]
    [InlineData("""{"$not": {"lang": "en"}}""", "b d e")]
    [InlineData("""{"year": {"$not": {"$gt": 2020}}}""", "a d e")]
    [InlineData("""{"lang": "en", "$or": [{"year": 2020}, {"author.name": "Ann"}], "open": {"$exists": false}}""", "c")]
    [InlineData("""{"year": "2020"}""", "")]
    public async Task A_filter_lets_through_whom_it_says(string filter, string ids)
    {
        var reply = await library.Server.PostAsync($$"""{"query": "cat", "filter": {{filter}}}""", "/search");
        Assert.Equal(ids.Split(' ', StringSplitOptions.RemoveEmptyEntries), reply.Json["results"]!.AsArray().Select(result => result!["id"]!.GetValue<string>()).Order());
        var count = await library.Server.PostAsync($$"""{"filter": {{filter}}}""", "/collections/default/count");
        Assert.Equal(ids.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length, count.Json["count"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("""[]""", "Invalid 'filter': expected an object, but got an empty array")]
    [InlineData("\"year\"", "Invalid 'filter': expected an object, but got a string")]
    [InlineData("""{"$nor": []}""", "Invalid 'filter.$nor': there is no such operator")]
    [InlineData("""{"year": {"$from": 1}}""", "Invalid 'filter.year.$from': there is no such operator")]
    [InlineData("""{"year": {}}""", "Invalid 'filter.year': an operator is missing")]
    [InlineData("""{"year": null}""", "Invalid 'filter.year': null is no value")]
    [InlineData("""{"year": {"$gt": true}}""", "Invalid 'filter.year.$gt': expected a number or a string, but got a boolean")]
    [InlineData("""{"year": {"$in": 2020}}""", "Invalid 'filter.year.$in': expected an array, but got a number")]
    [InlineData("""{"year": {"$in": [1, [2]]}}""", "Invalid 'filter.year.$in[1]'")]
    [InlineData("""{"year": {"$exists": 1}}""", "Invalid 'filter.year.$exists': expected true or false")]
    [InlineData("""{"$or": []}""", "Invalid 'filter.$or': expected an array of filters, at least one")]
    [InlineData("""{"$or": [{"a": 1}, 2]}""", "Invalid 'filter.$or[1]': expected an object, but got a number")]
    [InlineData("""{"$and": [{"a": {"$x": 1}}]}""", "Invalid 'filter.$and[0].a.$x'")]
    [InlineData("""{"author": {"name": "Ann"}}""", "a field inside a field is named with a dot: 'author.name'")]
    [InlineData("""{"a": "\ud800"}""", "surrogate")]
    public async Task What_is_no_filter_is_refused_with_its_path(string filter, string message)
    {
        var reply = (await library.Server.PostAsync($$"""{"query": "cat", "filter": {{filter}}}""", "/search")).AssertEnvelope(HttpStatusCode.BadRequest);
        Assert.Contains(message, reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thousand_conditions_are_enough()
    {
        var conditions = string.Join(',', Enumerable.Range(0, 1001).Select(i => $$"""{"year": {{i}}}"""));
        var reply = (await library.Server.PostAsync($$$"""{"query": "cat", "filter": {"$or": [{{{conditions}}}]}}""", "/search")).AssertEnvelope(HttpStatusCode.BadRequest);
        Assert.Contains("1000 conditions", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_many_come_back_as_were_asked_for_however_few_match()
    {
        var documents = Enumerable.Range(0, 2000).Select(i => new { id = $"{i}", vector = new[] { 1f, i }, metadata = new { part = i % 200 } });
        Assert.Equal(HttpStatusCode.OK, (await library.Server.PostAsync(new { documents }, "/collections/rare/documents")).Status);
        var found = (await library.Server.PostAsync("""{"collection": "rare", "query": [1, 0], "filter": {"part": 7}, "top_k": 10}""", "/search")).Json["results"]!.AsArray();
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{(200 * i) + 7}"), found.Select(result => result!["id"]!.GetValue<string>()));
    }

    public sealed class Library : IAsyncLifetime
    {
        internal Server Server { get; } = new();

        public async ValueTask InitializeAsync() => Assert.Equal(HttpStatusCode.OK, (await Server.PostAsync(
            """
            {"documents": [
              {"id": "a", "text": "one", "metadata": {"year": 2020, "lang": "en", "tags": ["x", "y"], "open": true}},
              {"id": "b", "text": "two", "metadata": {"year": 2021, "lang": "de", "tags": ["x"], "open": false}},
              {"id": "c", "text": "three", "metadata": {"year": 2022, "lang": "en", "tags": ["z"], "author": {"name": "Ann"}}},
              {"id": "d", "text": "four", "metadata": {"lang": "fr", "year": null}},
              {"id": "e", "text": "five"}
            ]}
            """, "/collections/default/documents")).Status);

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
