using Embeddings.Storage.Filtering;

namespace Embeddings.Storage.Tests.Contract;

public abstract partial class DocumentStoreContract
{
    public static TheoryData<string, string?, string?> Contents => new()
    {
        { "plain", "Hello", """{"a":1}""" },
        { "none", null, null },
        { "empty", "", "{}" },
        { "nul\0in it", "a\0b\0", """{"a":"\u0000"}""" },
        { "", "an empty id", """ { "b" : [ 1 , 2.50, "x" ] ,"e":3, "c":{"d":null} } """ },
        { "😀\uffff\U0010ffff", "👩‍👩‍👧 e\u0301 \ufeff\r\n\t", """{"😀":"\ud83d\ude00", "1e2":1e2, "n":-0.0}""" },
        { new string('i', 2000), new string('x', 1 << 20), $$"""{"long":"{{new string('y', 1 << 20)}}"}""" },
    };

    [Theory]
    [MemberData(nameof(Contents))]
    public async Task A_document_is_kept_to_the_byte(string id, string? text, string? metadata)
    {
        var document = TestDocuments.Make(id, text, metadata, float.Epsilon, -1e15f);
        var docs = await CreateAsync();
        await docs.UpsertAsync([Doc("other"), document], Token);
        for (var i = 0; i < 2; i++)
        {
            var kept = Assert.Single(await docs.GetAsync([id], DocumentParts.All, Token));
            Assert.Equal(TestDocuments.Show(document), TestDocuments.Show(kept));
            await ReopenAsync();
            docs = (await Store.FindAsync("docs", Token))!;
        }
    }

    [Fact]
    public async Task A_text_that_is_no_Unicode_is_refused()
    {
        var docs = await CreateAsync();
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => docs.UpsertAsync([Doc("good"), Doc("half \ud800")], Token));
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => docs.UpsertAsync([Doc("good"), Doc("id", "\udc00 half")], Token));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => CreateAsync(name: "\udc00"));
        Assert.Equal(0, await docs.CountAsync(null, Token));
    }

    [Fact]
    public async Task A_replaced_document_has_its_number_still_and_nothing_else_of_before()
    {
        var docs = await CreateAsync();
        await docs.UpsertAsync([Doc("a", "old", """{"x":1}"""), Doc("b")], Token);
        var before = await docs.GetAsync(["a", "b"], DocumentParts.None, Token);
        Assert.Equal(2, before.Select(document => document.Number).Where(number => number >= 1).Distinct().Count());
        await docs.UpsertAsync([TestDocuments.Make("a", null, null, 5, 6)], Token);
        for (var i = 0; i < 2; i++)
        {
            var after = Assert.Single(await docs.GetAsync(["a"], DocumentParts.All, Token));
            Assert.Equal("a | <null> | <null> | 5 6", TestDocuments.Show(after));
            Assert.Equal(before[0].Number, after.Number);
            Assert.Equal(
                (2, 0), (await docs.CountAsync(null, Token), await docs.CountAsync(new Filter.Exists("x"), Token)));
            await ReopenAsync();
            docs = (await Store.FindAsync("docs", Token))!;
        }
    }

    [Fact]
    public async Task Of_an_id_that_occurs_twice_the_last_stays()
    {
        var docs = await CreateAsync();
        await docs.UpsertAsync([Doc("a", "1"), Doc("b", "2"), Doc("a", "3"), Doc("a", "4")], Token);
        await ReopenAsync();
        Assert.Equal(
            ["4", "2"],
            (await (await Store.FindAsync("docs", Token))!.GetAsync(["a", "b"], DocumentParts.Text, Token)).Select(
                document => document.Text));
    }

    [Fact]
    public async Task Documents_come_in_the_order_asked_for_and_missing_ones_are_left_out()
    {
        var docs = await CreateAsync();
        await docs.UpsertAsync([Doc("a"), Doc("b"), Doc("c")], Token);
        Assert.Equal(
            ["c", "a", "b"],
            (await docs.GetAsync(["c", "x", "a", "", "b"], DocumentParts.Text, Token)).Select(document => document.Id));
        Assert.Empty(await docs.GetAsync([], DocumentParts.All, Token));
        Assert.Empty(await docs.GetAsync(["A"], DocumentParts.None, Token));
    }

    [Theory]
    [InlineData(DocumentParts.None, "a | <null> | <null> | ")]
    [InlineData(DocumentParts.Text, "a | text | <null> | ")]
    [InlineData(DocumentParts.Metadata, """a | <null> | {"x":1} | """)]
    [InlineData(DocumentParts.Vector, "a | <null> | <null> | 1 2")]
    [InlineData(DocumentParts.All, """a | text | {"x":1} | 1 2""")]
    public async Task Only_the_parts_asked_for_are_fetched(DocumentParts parts, string expected)
    {
        var docs = await CreateAsync();
        await docs.UpsertAsync([Doc("a", "text", """{"x":1}""")], Token);
        var found = Assert.Single(
            (await docs.SearchAsync(new SearchRequest(new float[2], 1) { Parts = parts }, Token))[0]);
        Document[] all =
        [
            found.Document, .. await docs
                .GetAsync(["a"], parts, Token), .. (await docs.ListAsync(null, null, 9, parts, Token)).Documents,
            .. await docs.ReadAllAsync(parts, Token).ToListAsync(Token),
        ];
        Assert.Equal(4, all.Length);
        Assert.All(all, document => Assert.Equal(expected, TestDocuments.Show(document)));
    }

    [Fact]
    public async Task Deleting_says_how_many_there_were()
    {
        var docs = await CreateAsync();
        await docs.UpsertAsync([.. Enumerable.Range(0, 10).Select(i => Doc($"{i}", null, $$"""{"n":{{i}}}"""))], Token);
        Assert.Equal(2, await docs.DeleteAsync(["1", "x", "2", "1"], Token));
        Assert.Equal(0, await docs.DeleteAsync(["1", "2"], Token));
        Assert.Equal(4, await docs.DeleteAsync(new Filter.Compare("n", Comparison.Less, MetadataValue.Of(6)), Token));
        Assert.Equal(0, await docs.DeleteAsync(new Filter.Exists("missing"), Token));
        await ReopenAsync();
        docs = (await Store.FindAsync("docs", Token))!;
        Assert.Equal(
            ["6", "7", "8", "9"], (await TestDocuments.ReadAsync(docs, Token)).Select(document => document.Id).Order());
        Assert.Equal(4, await docs.DeleteAsync(new Filter.All([]), Token));
        Assert.Equal(0, await docs.CountAsync(null, Token));
    }

    [Fact]
    public async Task A_page_begins_after_the_last_one_and_the_order_stays()
    {
        var docs = await CreateAsync();
        await docs.UpsertAsync([.. Enumerable.Range(0, 2500).Select(i => Doc($"{i}", null, $$"""{"odd":{{(i % 2 == 1 ? "true" : "false")}}}"""))], Token);
        var odd = new Filter.Compare("odd", Comparison.Equal, MetadataValue.Of(true));
        var seen = new List<Document>();
        string? cursor = null;
        do
        {
            var page = await docs.ListAsync(odd, cursor, 99, DocumentParts.None, Token);
            Assert.Equal(page.Next is null ? 1250 % 99 : 99, page.Documents.Count);
            seen.AddRange(page.Documents);
            cursor = page.Next;
        }
        while (cursor is not null);

        Assert.Equal(
            Enumerable.Range(0, 1250).Select(i => (2 * i) + 1).Order(),
            seen.Select(document => int.Parse(document.Id, null)).Order());
        var all = (await docs.ListAsync(odd, null, 5000, DocumentParts.All, Token)).Documents;
        Assert.Equal(seen.Select(document => document.Id), all.Select(document => document.Id));
        await ReopenAsync();
        docs = (await Store.FindAsync("docs", Token))!;
        var later = (await docs.ListAsync(odd, null, 5000, DocumentParts.All, Token)).Documents;
        Assert.Equal(all.Select(TestDocuments.Show), later.Select(TestDocuments.Show));
    }

    [Fact]
    public async Task A_cursor_stays_valid_when_documents_are_deleted_and_the_store_is_opened_again()
    {
        var docs = await CreateAsync();
        await docs.UpsertAsync([.. Enumerable.Range(0, 10).Select(i => Doc($"{i}"))], Token);
        string[] all = [.. (await docs.ListAsync(null, null, 10, DocumentParts.None, Token)).Documents.Select(
            document => document.Id)];
        var first = await docs.ListAsync(null, null, 4, DocumentParts.None, Token);
        Assert.NotNull(first.Next);
        await docs.DeleteAsync(all[3..5], Token);
        await ReopenAsync();
        docs = (await Store.FindAsync("docs", Token))!;
        var second = await docs.ListAsync(null, first.Next, 5, DocumentParts.None, Token);
        Assert.Equal(all[5..], second.Documents.Select(document => document.Id));
        Assert.Null(second.Next);
        await docs.DeleteAsync(new Filter.All([]), Token);
        Assert.Empty((await docs.ListAsync(null, first.Next, 5, DocumentParts.None, Token)).Documents);
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => docs.ListAsync(null, "no cursor", 5, DocumentParts.None, Token));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => docs.ListAsync(null, null, 0, DocumentParts.None, Token));
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(1f, 2f, 3f)]
    [InlineData(1f, 2f, 3f, 4f)]
    [InlineData]
    [InlineData(1f, float.NaN)]
    [InlineData(float.PositiveInfinity, 1f)]
    public async Task A_vector_that_cannot_be_compared_is_refused_and_nothing_written(params float[] vector)
    {
        var docs = await CreateAsync();
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => docs.UpsertAsync([Doc("a"), TestDocuments.Make("b", null, null, vector)], Token));
        Assert.Equal(0, await docs.CountAsync(null, Token));
    }
}
