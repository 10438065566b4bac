using Embeddings.Storage.Filtering;

namespace Embeddings.Storage.Tests.Contract;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task A_field_is_set_and_taken_away_and_nothing_else_of_a_document_changes()
    {
        var docs = await CreateAsync();
        await docs.UpsertAsync(
            [Doc("a", "text", """{"x":1.50,"topic":"old","deep":{"y":[1,2]}}"""), Doc("b"), Doc("c", "none", "{}")], Token);
        var count = await docs.SetFieldAsync(
            "topic",
            new Dictionary<string, MetadataValue?>
            {
                ["a"] = MetadataValue.Of("new \"one\""),
                ["b"] = MetadataValue.Of(7),
                ["gone"] = MetadataValue.Of(1),
            },
            Token);
        Assert.Equal(2, count);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(
                [
                    """a | text | {"x":1.50,"deep":{"y":[1,2]},"topic":"new \u0022one\u0022"} | 1 2""",
                    """b | <null> | {"topic":7} | 1 2""",
                    "c | none | {} | 1 2",
                ],
                (await docs.GetAsync(["a", "b", "c"], DocumentParts.All, Token)).Select(TestDocuments.Show));
            Assert.Equal(1, await docs.CountAsync(new Filter.Compare("topic", Comparison.Equal, MetadataValue.Of(7)), Token));
            Assert.Equal(0, await docs.CountAsync(new Filter.Compare("topic", Comparison.Equal, MetadataValue.Of("old")), Token));
            await ReopenAsync();
            docs = (await Store.FindAsync("docs", Token))!;
        }

        Assert.Equal(1, await docs.SetFieldAsync("topic", new Dictionary<string, MetadataValue?> { ["a"] = null }, Token));
        Assert.Equal(
            """{"x":1.50,"deep":{"y":[1,2]}}""",
            Assert.Single(await docs.GetAsync(["a"], DocumentParts.Metadata, Token)).Metadata!.Json);
    }

    [Fact]
    public async Task A_field_that_cannot_be_is_refused_and_nothing_is_set()
    {
        var docs = await CreateAsync();
        await docs.UpsertAsync([Doc("a", null, """{"x":1}""")], Token);
        await Assert.ThrowsAsync<MetadataException>(() => docs.SetFieldAsync(
            "$gt", new Dictionary<string, MetadataValue?> { ["a"] = MetadataValue.Of(1) }, Token));
        Assert.Equal(
            """{"x":1}""",
            Assert.Single(await docs.GetAsync(["a"], DocumentParts.Metadata, Token)).Metadata!.Json);
    }

    [Fact]
    public async Task What_others_write_while_a_field_is_set_is_not_lost()
    {
        var docs = await CreateAsync();
        var ids = Enumerable.Range(0, 200).Select(i => $"{i}").ToList();
        await docs.UpsertAsync([.. ids.Select(id => Doc(id, "before"))], Token);
        var values = ids.ToDictionary(id => id, id => (MetadataValue?)MetadataValue.Of(id));
        var setting = Enumerable.Range(0, 20).Select(_ => docs.SetFieldAsync("topic", values, Token));
        var writing = ids.Select(id => docs.UpsertAsync([Doc(id, "after")], Token));
        await Task.WhenAll([.. setting, .. writing]);
        Assert.All(await docs.GetAsync(ids, DocumentParts.Text, Token), document => Assert.Equal("after", document.Text));
    }

    [Fact]
    public async Task The_version_changes_with_every_write_and_not_without_one()
    {
        var docs = await CreateAsync();
        var versions = new List<string>();
        await NoteAsync();
        await docs.UpsertAsync([Doc("a"), Doc("b")], Token);
        await NoteAsync();
        await docs.UpsertAsync([TestDocuments.Make("a", null, null, 3, 4)], Token);
        await NoteAsync();
        await docs.DeleteAsync(["b"], Token);
        await NoteAsync();
        Assert.Equal(versions.Count, versions.Distinct().Count());
        _ = await docs.CountAsync(null, Token);
        Assert.Equal(versions[^1], (await docs.GetStatusAsync(Token)).Version);

        async Task NoteAsync() => versions.Add((await docs.GetStatusAsync(Token)).Version);
    }
}
