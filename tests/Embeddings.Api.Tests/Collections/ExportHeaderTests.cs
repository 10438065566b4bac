using System.Net;

namespace Embeddings.Api.Tests.Collections;

/// <summary>An export says what its vectors are, and an import believes it.</summary>
public sealed class ExportHeaderTests : IAsyncLifetime
{
    private readonly TwoModels _models = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("embeddings-header-");
    private Server _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = _models.Start(Path.Combine(_folder.FullName, "kept.db"));
        await _server.PutAsync("/collections/words", """{"metric": "dot"}""");
        await _server.AddAsync("words", """[{"id": "a", "text": "a"}, {"id": "b", "text": "b"}, {"id": "c", "text": "c"}]""");
        await _server.PutAsync("/collections/elsewhere", """{"model": "far"}""");
        await _server.AddAsync("elsewhere", """[{"id": "d", "text": "a"}]""");
        await _server.AddAsync("own", """[{"id": "o", "vector": [1, 2]}]""");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _models.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_first_line_of_an_export_says_what_the_vectors_are()
    {
        Assert.Equal("""{"collection":{"name":"words","model":"tests/near","dimensions":2,"metric":"dot","document_prompt":"","query_prompt":""}}""", (await ExportAsync("words")).Split('\n')[0]);
        Assert.Equal("""{"collection":{"name":"own","model":null,"dimensions":2,"metric":"cosine"}}""", (await ExportAsync("own")).Split('\n')[0]);
    }

    [Theory]
    [InlineData("words")]
    [InlineData("elsewhere")]
    [InlineData("own")]
    [InlineData("empty")]
    public async Task An_export_makes_the_same_collection_again(string name)
    {
        await _server.PutAsync("/collections/empty", """{"model": "far", "dimensions": 2, "metric": "euclidean"}""");
        var export = await ExportAsync(name);
        await ImportedAsync("copy", export);
        Assert.Equal(
            export.Replace($"\"name\":\"{name}\"", "\"name\":\"copy\"", StringComparison.Ordinal),
            await ExportAsync("copy"));
    }

    [Fact]
    public async Task Vectors_of_another_model_are_refused_and_with_reembed_their_texts_are_embedded()
    {
        var export = await ExportAsync("words");
        (await ImportAsync("elsewhere", export)).AssertRefused(
            "Line 1: the vectors are of 'tests/near' with 2 numbers, and collection 'elsewhere' holds vectors of 'tests/far' with 3 numbers: they do not compare. Import with reembed=true", "model");
        (await ImportAsync("new", export, "?model=far")).AssertRefused(
            "Line 1: the vectors are of 'tests/near' with 2 numbers, and not of 'tests/far', which the request names",
            "model");
        Assert.Equal(HttpStatusCode.NotFound, (await _server.GetAsync("/collections/new")).Status);
        Assert.Equal(1, (await _server.GetAsync("/collections/elsewhere")).Json["documents"]!.GetValue<int>());

        await ImportedAsync("elsewhere", export, "?reembed=true");
        Assert.Equal(["a", "d", "c", "b"], (await _server.PostAsync("""{"collection": "elsewhere", "query": "a"}""", "/search")).Ids());
        await ImportedAsync("new", export, "?reembed=true&model=far");
        var made = (await _server.GetAsync("/collections/new")).Json;
        Assert.Equal((TwoModels.Far, 3, "dot"), (made["model"]!.GetValue<string>(), made["dimensions"]!.GetValue<int>(), made["metric"]!.GetValue<string>()));
        Assert.Equal(["a", "c", "b"], (await _server.PostAsync("""{"collection": "new", "query": "a"}""", "/search")).Ids());
    }

    [Theory]
    [InlineData("own", "words", "of nobody's model in particular with 2 numbers, and collection 'words' holds vectors of 'tests/near' with 2 numbers: they do not compare. Import with reembed=true")]
    [InlineData("words", "own", "POST /collections/own/reembed")]
    public async Task Vectors_of_a_model_and_of_nobody_do_not_mix(string from, string to, string part) =>
        (await ImportAsync(to, await ExportAsync(from))).AssertRefused(part, "model");

    [Fact]
    public async Task Another_metric_does_no_harm_to_vectors()
    {
        await _server.PutAsync("/collections/cosine", """{"model": "near"}""");
        await ImportedAsync("cosine", await ExportAsync("words"));
        var made = (await _server.GetAsync("/collections/cosine")).Json;
        Assert.Equal(("cosine", 3), (made["metric"]!.GetValue<string>(), made["documents"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_model_that_is_not_served_is_refused_with_the_ways_on()
    {
        const string Lines = """
            {"collection": {"name": "x", "model": "somebody/else", "dimensions": 2, "metric": "dot"}}
            {"id": "a", "text": "a", "vector": [1, 2]}
            """;
        var reply = (await ImportAsync("new", Lines)).AssertRefused(
            "Line 1: the vectors are of 'somebody/else', which this server does not serve now", "model");
        Assert.Contains("models add somebody/else", reply.Message, StringComparison.Ordinal);
        Assert.Contains("reembed=true", reply.Message, StringComparison.Ordinal);
        await ImportedAsync("new", Lines, "?reembed=true");
        Assert.Equal(TwoModels.Near, (await _server.GetAsync("/collections/new")).Json["model"]!.GetValue<string>());
    }

    [Fact]
    public async Task With_reembed_every_line_needs_a_text()
    {
        (await ImportAsync("words", """
            {"id": "x", "text": "a", "vector": [1, 2, 3, 4, 5]}
            {"id": "y", "vector": [1, 2]}
            """, "?reembed=true")).AssertRefused("Line 2 has no text", "text");
        await ImportedAsync("words", """{"id": "x", "text": "a", "vector": [1, 2, 3, 4, 5]}""", "?reembed=true");
        Assert.Equal(
            "[1.3333334,0]",
            (await _server.GetAsync("/collections/words/documents/x?include=vector")).Json["vector"]!.ToJsonString());
        (await ImportAsync("words", "\"a\"", "?reembed=maybe")).AssertRefused(
            "Invalid 'reembed': 'maybe' is not true or false", "reembed");
    }

    [Fact]
    public async Task Exports_may_follow_each_other_in_one_file_if_they_are_of_one_kind()
    {
        var (words, elsewhere) = (await ExportAsync("words"), await ExportAsync("elsewhere"));
        await ImportedAsync("both", words + words.Replace("\"id\":\"", "\"id\":\"2", StringComparison.Ordinal).Replace("\"name\":\"words\"", "\"name\":\"more\"", StringComparison.Ordinal));
        Assert.Equal(6, (await _server.GetAsync("/collections/both")).Json["documents"]!.GetValue<int>());
        var reply = await ImportAsync("mixed", words + elsewhere);
        Assert.Contains(
            "Line 5: the lines from here on are of a collection of another model",
            reply.Text,
            StringComparison.Ordinal);
        await ImportedAsync("mixed", words + elsewhere, "?reembed=true");
        Assert.Equal(4, (await _server.GetAsync("/collections/mixed")).Json["documents"]!.GetValue<int>());
        // Lines of unknown origin, and then a header that does not go with what they have made.
        reply = await ImportAsync("after", """{"id": "z", "vector": [1, 2]}""" + "\n" + words);
        Assert.Contains("Line 2: the vectors are of 'tests/near' with 2 numbers, and collection 'after' holds vectors of nobody's model", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"collection": {"model": "tests/near", "dimensions": 0, "metric": "dot"}}""", "Line 1: 'collection.dimensions' is 0", "collection")]
    [InlineData("""{"collection": {"model": "tests/near", "dimensions": 3, "metric": "dot"}}""", "Line 1: 'tests/near' has vectors of at most 2 numbers", null)]
    [InlineData("""{"collection": {"model": "tests/near", "dimensions": 2, "metric": "x"}}""", "Line 1: Invalid value for 'metric' = x", "collection")]
    [InlineData("""{"collection": {"model": 3, "dimensions": 2, "metric": "dot"}}""", "Line 1: Invalid type for 'collection.model'", "collection")]
    [InlineData("""{"collection": {"model": "tests/near"}, "id": 3}""", "Line 1: Unknown field 'collection'", "collection")]
    [InlineData("""{"collection": {"model": "tests/near", "dimensions": 2, "distance": "dot"}}""", "Line 1: Unknown field 'collection.distance'. Did you mean 'metric'?", "collection")]
    public async Task A_wrong_header_is_named_by_its_line(string header, string part, string? param)
    {
        (await ImportAsync("new", header)).AssertRefused(part, param);
        Assert.Equal(HttpStatusCode.NotFound, (await _server.GetAsync("/collections/new")).Status);
    }

    [Fact]
    public async Task Vectors_without_a_header_are_what_the_request_says_they_are()
    {
        var lines = string.Join('\n', (await ExportAsync("words")).Split('\n')[1..]);
        await ImportedAsync("named", lines, "?model=near");
        await ImportedAsync("unnamed", lines);
        Assert.Equal(TwoModels.Near, (await _server.GetAsync("/collections/named")).Json["model"]!.GetValue<string>());
        Assert.Null((await _server.GetAsync("/collections/unnamed")).Json["model"]);
    }

    private async Task<string> ExportAsync(string name) => (await _server.GetAsync($"/collections/{name}/export")).Text;

    private Task<Reply> ImportAsync(string name, string lines, string query = "") =>
        _server.PostAsync(lines, $"/collections/{name}/import{query}");

    private async Task ImportedAsync(string name, string lines, string query = "")
    {
        var reply = await ImportAsync(name, lines, query);
        Assert.True(reply.Text.Contains("\"done\":true", StringComparison.Ordinal), reply.Text);
    }
}
