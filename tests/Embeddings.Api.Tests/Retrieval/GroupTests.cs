using System.Net;
using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests.Retrieval;

/// <summary>Answers in groups by a metadata field.</summary>
public sealed class GroupTests(Server server) : IClassFixture<Server>, IAsyncLifetime
{
    // By the query [1, 0]: a1, b1, a2, c1, a3, b2, a4, n.
    private const string Documents = """
        [{"id": "a1", "vector": [8, 1], "metadata": {"author": "A", "tags": ["x", "y"]}}, {"id": "b1", "vector": [7, 1], "metadata": {"author": "B", "tags": ["y"]}},
         {"id": "a2", "vector": [6, 1], "metadata": {"author": "A", "tags": ["x", "x"]}}, {"id": "c1", "vector": [5, 1], "metadata": {"author": 3, "tags": []}},
         {"id": "a3", "vector": [4, 1], "metadata": {"author": "A", "tags": "z"}}, {"id": "b2", "vector": [3, 1], "metadata": {"author": "B", "deep": {"k": true}}},
         {"id": "a4", "vector": [2, 1], "metadata": {"author": "A"}}, {"id": "n", "vector": [1, 1]}]
        """;

    public async ValueTask InitializeAsync() => await server.AddAsync("grouped", Documents);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(""" "group_by": "author" """, """ "A": a1 a2 a3; "B": b1 b2; 3: c1 """)]
    [InlineData(""" "group_by": "author", "group_size": 1 """, """ "A": a1; "B": b1; 3: c1 """)]
    [InlineData(""" "group_by": "author", "group_size": 100 """, """ "A": a1 a2 a3 a4; "B": b1 b2; 3: c1 """)]
    [InlineData(""" "group_by": "author", "top_k": 1 """, """ "A": a1 a2 a3 """)]
    [InlineData(""" "group_by": "author", "top_k": 1, "offset": 1 """, """ "B": b1 b2 """)]
    [InlineData(""" "group_by": "author", "offset": 2 """, """ 3: c1 """)]
    [InlineData(""" "group_by": "author", "offset": 3 """, "")]
    [InlineData(""" "group_by": "tags" """, """ "x": a1 a2; "y": a1 b1; "z": a3 """)]
    [InlineData(""" "group_by": "deep.k" """, """ true: b2 """)]
    [InlineData(""" "group_by": "nothing" """, "")]
    [InlineData(""" "group_by": "author", "filter": {"author": {"$ne": "A"}} """, """ "B": b1 b2; 3: c1 """)]
    [InlineData(""" "group_by": "author", "min_score": 0.97 """, """ "A": a1 a2 a3; "B": b1; 3: c1 """)]
    public async Task Documents_that_share_a_value_stand_together_best_first(string asked, string expected)
    {
        var stored = await AskAsync($$"""{"collection": "grouped", "query": [1, 0], {{asked}}}""");
        Assert.Equal(expected.Trim(), Show(stored.Json["groups"]!));
        Assert.Null(stored.Json["results"]);
        var inline = await AskAsync($$"""{"documents": {{Documents}}, "query": [1, 0], {{asked}}}""");
        Assert.Equal(expected.Trim(), Show(inline.Json["groups"]!));
    }

    [Fact]
    public async Task Several_queries_get_groups_each()
    {
        var reply = await AskAsync("""{"collection": "grouped", "query": [[1, 0], [0, 1]], "group_by": "author", "group_size": 1}""");
        Assert.Equal(
            ["\"A\": a1; \"B\": b1; 3: c1", "\"A\": a4; \"B\": b2; 3: c1"],
            reply.Json["groups"]!.AsArray().Select(groups => Show(groups!)));
    }

    [Fact]
    public async Task Examples_are_left_out_of_groups_too()
    {
        var reply = await AskAsync("""{"collection": "grouped", "positive": ["a1", "b1"], "group_by": "author"}""");
        Assert.Equal("\"A\": a2 a3 a4; 3: c1; \"B\": b2", Show(reply.Json["groups"]!));
    }

    [Fact]
    public async Task Only_documents_with_the_field_are_found_and_they_have_the_parts_that_were_asked_for()
    {
        var reply = await AskAsync("""{"collection": "grouped", "query": [1, 0], "group_by": "author", "include": ["vector"]}""");
        var results = reply.Json["groups"]!.AsArray().SelectMany(group => group!["results"]!.AsArray()).ToList();
        Assert.DoesNotContain("n", results.Select(result => result!["id"]!.GetValue<string>()));
        Assert.All(
            results, result => Assert.Equal(["id", "score", "vector"], result!.AsObject().Select(field => field.Key)));
    }

    private static string Show(JsonNode groups) =>
        string.Join("; ", groups.AsArray().Select(group => $"{group!["value"]!.ToJsonString()}: {string.Join(' ', Reply.IdsOf(group["results"]!))}"));

    private async Task<Reply> AskAsync(string body)
    {
        var reply = await server.PostAsync(body, "/search");
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        return reply;
    }
}
