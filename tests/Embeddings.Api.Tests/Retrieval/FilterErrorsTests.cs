using System.Globalization;

namespace Embeddings.Api.Tests.Retrieval;

/// <summary>A filter that is not in the grammar is a 400 that says where in it.</summary>
public sealed class FilterErrorsTests(Server server) : IClassFixture<Server>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await server.AddAsync("filtered", """[{"id": "a", "vector": [1, 2]}]""");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("""[]""", "'filter': expected an object, but got an empty array")]
    [InlineData("""[{"a": 1}]""", "'filter': expected an object, but got an array")]
    [InlineData("""3""", "'filter': expected an object, but got a number")]
    [InlineData("""true""", "'filter': expected an object, but got a boolean")]
    [InlineData("\"a = 1\"", "'filter': expected an object, but got a string")]
    [InlineData("""{"$xor": [{"a": 1}]}""", "'filter.$xor': there is no such operator")]
    [InlineData("""{"$eq": 1}""", "'filter.$eq': there is no such operator")]
    [InlineData("""{"year": {"$foo": 1}}""", "'filter.year.$foo': there is no such operator")]
    [InlineData("""{"year": {"$GTE": 1}}""", "'filter.year.$GTE': there is no such operator")]
    [InlineData("""{"year": {"$gte": true}}""", "'filter.year.$gte': expected a number or a string, but got a boolean")]
    [InlineData("""{"year": {"$lt": [1]}}""", "'filter.year.$lt': expected a number or a string, but got an array")]
    [InlineData("""{"year": {"$gt": null}}""", "'filter.year.$gt': expected a number or a string, but got null")]
    [InlineData("""{"year": {"$lte": {}}}""", "'filter.year.$lte': expected a number or a string, but got an object")]
    [InlineData("""{"year": null}""", "'filter.year': null is no value")]
    [InlineData("""{"year": {"$eq": null}}""", "'filter.year.$eq': null is no value")]
    [InlineData("""{"year": {"$ne": {}}}""", "'filter.year.$ne': expected a string, a number, a boolean or an array of these, but got an object")]
    [InlineData("""{"year": {"$in": 3}}""", "'filter.year.$in': expected an array, but got a number")]
    [InlineData("""{"year": {"$in": [1, null]}}""", "'filter.year.$in[1]': null is no value")]
    [InlineData("""{"year": {"$nin": ["a", [1]]}}""", "'filter.year.$nin[1]': expected a string, a number or a boolean, but got an array")]
    [InlineData("""{"year": [1, {}]}""", "'filter.year[1]': expected a string, a number or a boolean, but got an object")]
    [InlineData("""{"year": {"$exists": "yes"}}""", "'filter.year.$exists': expected true or false, but got a string")]
    [InlineData("""{"year": {}}""", "'filter.year': an operator is missing")]
    [InlineData("""{"year": {"month": 1}}""", "'filter.year.month': a field inside a field is named with a dot: 'year.month'")]
    [InlineData("""{"year": {"$not": 3}}""", "'filter.year.$not': expected an object of operators, but got a number")]
    [InlineData("""{"year": {"$not": {"$gt": []}}}""", "'filter.year.$not.$gt': expected a number or a string")]
    [InlineData("""{"$and": {}}""", "'filter.$and': expected an array of filters")]
    [InlineData("""{"$or": []}""", "'filter.$or': expected an array of filters, at least one")]
    [InlineData("""{"$or": [{"a": 1}, 3]}""", "'filter.$or[1]': expected an object, but got a number")]
    [InlineData("""{"$and": [{"$or": [{"a": 1}, {"b": {"$gt": []}}]}]}""", "'filter.$and[0].$or[1].b.$gt'")]
    [InlineData("""{"$not": [{"a": 1}]}""", "'filter.$not': expected an object")]
    [InlineData("""{"year": 1e400}""", "'filter.year'")]
    [InlineData("""{"year": 18446744073709551617}""", "'filter.year': 18446744073709551617 cannot be kept exactly")]
    [InlineData("""{"year": {"$in": [1, -9223372036854775809]}}""", "'filter.year.$in[1]': -9223372036854775809 cannot be kept exactly")]
    [InlineData("""{"year": "\ud83d"}""", "'filter': a string in it has half of a surrogate pair")]
    [InlineData("""{"\ud83d": 1}""", "'filter'")]
    public async Task A_wrong_filter_is_a_400_with_its_path_wherever_it_stands(string filter, string part)
    {
        (await server.PostAsync($$"""{"collection": "filtered", "query": [1, 2], "filter": {{filter}}}""", "/search")).AssertRefused(part, "filter");
        (await server.PostAsync($$"""{"documents": ["a"], "query": "a", "filter": {{filter}}}""", "/search")).AssertRefused(part, "filter");
        foreach (var route in new[] { "documents/list", "documents/delete", "count" })
        {
            (await server.PostAsync($$"""{"filter": {{filter}}}""", $"/collections/filtered/{route}")).AssertRefused(part, "filter");
        }

        Assert.Equal(["a"], (await server.GetAsync("/collections/filtered/documents")).Ids("data"));
    }

    [Fact]
    public async Task More_than_a_thousand_conditions_are_refused()
    {
        var conditions = string.Join(
            ',', Enumerable.Range(0, 1001).Select(i => string.Create(CultureInfo.InvariantCulture, $"{{\"a\": {i}}}")));
        (await server.PostAsync($$"""{"filter": {"$or": [{{conditions}}]} }""", "/collections/filtered/count")).AssertRefused("more than 1000 conditions", "filter");
    }

    [Theory]
    [InlineData("$and", "{}", 200_000)]
    [InlineData("$or", "{}", 1000)]
    [InlineData("$or", """{"$not": {}}""", 500)]
    [InlineData("$and", """{"a": {"$nin": [1]}}""", 500)]
    [InlineData("$and", """{"a": {"$exists": false}}""", 500)]
    [InlineData("$and", """{"$or": [{"a": 1}]}""", 500)]
    public async Task Every_part_of_a_filter_counts_and_not_only_its_conditions(string name, string part, int count)
    {
        var parts = string.Join(',', Enumerable.Repeat(part, count));
        (await server.PostAsync($$"""{"filter": {"{{name}}": [{{parts}}]} }""", "/collections/filtered/count")).AssertRefused("more than 1000 conditions", "filter");
        (await server.PostAsync($$"""{"query": [1, 2], "collection": "filtered", "filter": {"{{name}}": [{{parts}}]} }""", "/search")).AssertRefused("more than 1000 conditions", "filter");
    }

    [Fact]
    public async Task The_name_of_a_field_has_up_to_512_characters()
    {
        var name = new string('a', 512);
        Assert.Equal("""{"count":0}""", (await server.PostAsync($$"""{"filter": {"{{name}}": 1} }""", "/collections/filtered/count")).Text);
        var values = string.Join(',', Enumerable.Range(0, 20_000));
        var reply = await server.PostAsync($$"""{"filter": {"{{new string('a', 200_000)}}": {"$in": [{{values}}]} } }""", "/collections/filtered/count");
        reply.AssertRefused(
            $"'filter.{name[..40]}…': the name of a field has up to 512 characters, and this one has 200000", "filter");
    }

    [Fact]
    public async Task A_filter_that_is_nested_without_end_is_a_400()
    {
        var filter = string.Concat(Enumerable.Repeat("{\"$not\":", 5000)) + "{}" + new string('}', 5000);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, (await server.PostAsync($$"""{"filter": {{filter}}}""", "/collections/filtered/count")).Status);
    }
}
