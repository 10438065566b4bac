using System.Globalization;
using Embeddings.Storage.Filtering;
using Embeddings.Vectors;

namespace Embeddings.Storage.Tests.Contract;

public abstract partial class DocumentStoreContract
{
    [Theory]
    [MemberData(nameof(Metrics))]
    public async Task A_re_embedded_collection_has_its_documents_and_numbers_and_the_vectors_of_their_texts(
        Metric metric)
    {
        if (await LacksAsync(StoreCapabilities.Reembedding))
        {
            return;
        }

        var docs = await CreateAsync(2, metric);
        await docs.UpsertAsync([.. Enumerable.Range(0, 150).Select(i => Numbered(i, $"{i % 7} {i}"))], Token);
        await docs.DeleteAsync(["3", "40", "149"], Token);
        await docs.UpsertAsync([Numbered(200, "200 1")], Token);
        var before = await TestDocuments.ReadAsync(docs, Token);

        var moved = await docs.ReembedAsync(To(3) with { DocumentPrompt = "say: ", QueryPrompt = "" }, Token);

        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(new CollectionSettings("another", 3, metric) { DocumentPrompt = "say: ", QueryPrompt = "" }, moved.Info.Settings);
            Assert.Equal((docs.Info.Name, docs.Info.Created), (moved.Info.Name, moved.Info.Created));
            var after = await TestDocuments.ReadAsync(moved, Token);
            Assert.Equal(
                before.Select(document => TestDocuments.Show(document with { Vector = VectorOf(document.Text!, 3) })),
                after.Select(TestDocuments.Show));
            Assert.Equal(before.Select(document => document.Number), after.Select(document => document.Number));
            Assert.Equal(
                TestDocuments.Show(after),
                TestDocuments.Show(await moved.ReadAllAsync(DocumentParts.All, Token).ToListAsync(Token)));
            await SearchIsRightAsync(moved, after);
            await ReopenAsync();
            moved = Assert.Single(await Store.ListAsync(Token));
        }

        await moved.UpsertAsync([TestDocuments.Make("new", "1 1", null, 1, 1, 1)], Token);
        Assert.Equal(149, await moved.CountAsync(null, Token));
    }

    [Fact]
    public async Task Until_the_switch_the_old_vectors_answer_and_then_the_old_collection_says_that_it_is_over()
    {
        if (await LacksAsync(StoreCapabilities.Reembedding))
        {
            return;
        }

        var (docs, moving, task) = await BeginAsync();
        Assert.Same(docs, await Store.FindAsync("docs", Token));
        Assert.Equal(
            "7",
            (await docs.SearchAsync(new SearchRequest(VectorOf("7 1", 2), 1) { Filter = new Filter.In("n", new HashSet<MetadataValue> { MetadataValue.Of(7) }) }, Token))[0][0].Document.Id);
        Assert.Equal(100, await docs.CountAsync(null, Token));
        moving.Go.SetResult();
        var moved = await task;

        Assert.Same(moved, await Store.FindAsync("docs", Token));
        await Assert.ThrowsAsync<CollectionReplacedException>(() => docs.UpsertAsync([Doc("a")], Token));
        await Assert.ThrowsAsync<CollectionReplacedException>(() => docs.DeleteAsync(["1"], Token));
        await Assert.ThrowsAsync<CollectionReplacedException>(
            () => docs.SearchAsync(new SearchRequest(new float[2], 1), Token));
        await Assert.ThrowsAsync<CollectionReplacedException>(() => docs.GetAsync(["1"], DocumentParts.All, Token));
        await Assert.ThrowsAsync<CollectionReplacedException>(() => docs.ReembedAsync(To(2), Token));
        Assert.Equal(100, await moved.CountAsync(null, Token));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Documents_without_a_text_stop_it_unless_they_are_to_be_dropped(string? text)
    {
        if (await LacksAsync(StoreCapabilities.Reembedding))
        {
            return;
        }

        var docs = await FilledAsync(50);
        await docs.UpsertAsync([Doc("x", text), Doc("y", text), Numbered(7, null)], Token);
        Assert.Equal(3, await docs.CountWithoutTextAsync(Token));
        var exception = await Assert.ThrowsAsync<DocumentsWithoutTextException>(() => docs.ReembedAsync(To(3), Token));
        Assert.Equal(3, exception.Count);
        Assert.Equal(52, await (await Store.FindAsync("docs", Token))!.CountAsync(null, Token));
        await docs.UpsertAsync([Numbered(7, "7 7")], Token);

        var moved = await docs.ReembedAsync(To(3) with { DropsDocumentsWithoutText = true }, Token);
        Assert.Equal((50, 0), (await moved.CountAsync(null, Token), await moved.CountWithoutTextAsync(Token)));
        Assert.Empty(await moved.GetAsync(["x", "y"], DocumentParts.All, Token));
    }

    [Fact]
    public async Task A_failure_or_a_cancellation_leaves_the_collection_as_it_was()
    {
        if (await LacksAsync(StoreCapabilities.Reembedding))
        {
            return;
        }

        var docs = await FilledAsync(100);
        var before = TestDocuments.Show(await TestDocuments.ReadAsync(docs, Token));
        await Assert.ThrowsAsync<TimeoutException>(() => docs.ReembedAsync(
            To(3, (documents, _) => documents[0].Id == "64" ? throw new TimeoutException() : EmbedAsync(documents, 3)),
            Token));
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => docs.ReembedAsync(To(3, (documents, _) => EmbedAsync(documents, 4)), Token));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => docs.ReembedAsync(To(0), Token));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => docs.ReembedAsync(
            new ReembedRequest("\ud800", 3, (documents, _) => EmbedAsync(documents, 3)), Token));
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var moving = new Held();
        var task = docs.ReembedAsync(To(3, moving.EmbedAsync), cancel.Token);
        await moving.Entered.Task.WaitAsync(Token);
        await cancel.CancelAsync();
        moving.Go.SetResult();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(2, docs.Info.Settings.Dimensions);
            Assert.Equal(before, TestDocuments.Show(await TestDocuments.ReadAsync(docs, Token)));
            await ReopenAsync();
            docs = (await Store.FindAsync("docs", Token))!;
        }
    }

    [Fact]
    public async Task A_collection_without_a_model_or_without_documents_can_be_moved_too()
    {
        if (await LacksAsync(StoreCapabilities.Reembedding))
        {
            return;
        }

        var (docs, _) = await Store.CreateAsync("docs", new CollectionSettings(null, 2, Metric.Cosine), Token);
        var moved = await docs.ReembedAsync(To(3), Token);
        Assert.Equal(
            (new CollectionSettings("another", 3, Metric.Cosine), 0),
            (moved.Info.Settings, await moved.CountAsync(null, Token)));
        await moved.UpsertAsync([TestDocuments.Make("a", "1 1", null, 1, 1, 1)], Token);
        await ReopenAsync();
        Assert.Equal(1, await (await Store.FindAsync("docs", Token))!.CountAsync(null, Token));
        var (next, created) = await Store.CreateAsync("next", new CollectionSettings(null, 2, Metric.Cosine), Token);
        await next.UpsertAsync([Doc("a")], Token);
        Assert.Equal((true, 1), (created, await (await Store.FindAsync("docs", Token))!.CountAsync(null, Token)));
    }

    private static Document Numbered(int i, string? text) => TestDocuments.Make($"{i}", text, $$"""{"n":{{i}}}""", VectorOf(text ?? "1 1", 2));

    // A text is numbers, and so is its vector.
    private static float[] VectorOf(string text, int dimensions)
    {
        var numbers = text.Split(' ').Select(number => float.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return [.. Enumerable.Range(1, dimensions).Select(i => (numbers[0] * i) + numbers[1] + dimensions)];
    }

    private static Task<IReadOnlyList<ReadOnlyMemory<float>>> EmbedAsync(
        IReadOnlyList<Document> documents, int dimensions) =>
        Task.FromResult<IReadOnlyList<ReadOnlyMemory<float>>>(
            [.. documents.Select(document => (ReadOnlyMemory<float>)VectorOf(document.Text!, dimensions))]);

    private static ReembedRequest To(int dimensions, EmbedDocuments? embed = null) =>
        new("another", dimensions, embed ?? ((documents, _) => EmbedAsync(documents, dimensions)));

    private static async Task SearchIsRightAsync(IDocumentCollection docs, List<Document> documents)
    {
        var query = VectorOf("3 1", docs.Info.Settings.Dimensions);
        var found =
            (await docs.SearchAsync(new SearchRequest(query, documents.Count) { Parts = DocumentParts.All }, Token))[0];
        Assert.Equal(
            documents.Select(document => document.Id).Order(StringComparer.Ordinal),
            found.Select(item => item.Document.Id).Order(StringComparer.Ordinal));
        var expected = BruteForce.Rank(docs.Info.Settings.Metric, documents, query).Select(ranked => ranked.Score);
        Assert.Equal(
            expected, found.Select(item => item.Score), (x, y) => Math.Abs(x - y) <= 1e-5 * Math.Max(1, Math.Abs(x)));
    }

    private async Task<IDocumentCollection> FilledAsync(int count)
    {
        var docs = await CreateAsync();
        await docs.UpsertAsync([.. Enumerable.Range(0, count).Select(i => Numbered(i, $"{i} 1"))], Token);
        return docs;
    }
}
