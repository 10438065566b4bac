namespace Embeddings.Storage.Tests.Contract;

/// <content>What is written while a collection moves to another model.</content>
public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task What_is_written_meanwhile_is_taken_along()
    {
        if (await LacksAsync(StoreCapabilities.Reembedding))
        {
            return;
        }

        var (docs, moving, task) = await BeginAsync();
        // One of the first batch, which is being embedded, and one of the last, which is not yet.
        await docs.UpsertAsync([Numbered(0, "5 5"), Numbered(99, "6 6"), Numbered(500, "7 7")], Token);
        await docs.DeleteAsync(["1", "98"], Token);
        var expected = await TestDocuments.ReadAsync(docs, Token);
        moving.Go.SetResult();

        var moved = await task;
        Assert.Equal(
            TestDocuments.Show(expected.Select(document => document with { Vector = VectorOf(document.Text!, 3) })),
            TestDocuments.Show(await TestDocuments.ReadAsync(moved, Token)));
    }

    [Fact]
    public async Task Writers_that_never_pause_lose_nothing()
    {
        if (await LacksAsync(StoreCapabilities.Reembedding))
        {
            return;
        }

        var docs = await FilledAsync(300);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var truth = Enumerable.Range(0, 300).ToDictionary(i => $"{i}", i => $"{i} 1");
        var writing = Task.Run(async () =>
        {
            for (var version = 2; !stop.IsCancellationRequested; version++)
            {
                var i = version * 7 % 300;
                // As a caller does: with the vectors of the collection that there is.
                for (var done = false; !done;)
                {
                    var current = (await Store.FindAsync("docs", Token))!;
                    try
                    {
                        var document = Numbered(i, $"{i} {version}");
                        await (version % 5 == 0
                            ? current.DeleteAsync([$"{i}"], Token)
                            : current.UpsertAsync(
                                [document with { Vector = VectorOf(document.Text!, current.Info.Settings.Dimensions) }],
                                Token));
                        done = true;
                    }
                    catch (CollectionReplacedException)
                    {
                    }
                }

                if (version % 5 == 0)
                {
                    truth.Remove($"{i}");
                }
                else
                {
                    truth[$"{i}"] = $"{i} {version}";
                }
            }
        }, Token);
        for (var dimensions = 3; dimensions < 8; dimensions++)
        {
            await (await Store.FindAsync("docs", Token))!.ReembedAsync(To(dimensions), Token);
        }

        await stop.CancelAsync();
        await writing;
        var moved = (await Store.FindAsync("docs", Token))!;
        Assert.Equal(
            truth.Values.Order(StringComparer.Ordinal),
            (await TestDocuments.ReadAsync(moved, Token)).Select(document => document.Text!).Order(
                StringComparer.Ordinal));
        Assert.All(
            await TestDocuments.ReadAsync(moved, Token),
            document => Assert.Equal(VectorOf(document.Text!, 7), document.Vector.ToArray()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Documents_that_lose_their_text_meanwhile_count_too(bool drop)
    {
        if (await LacksAsync(StoreCapabilities.Reembedding))
        {
            return;
        }

        var (docs, moving, task) = await BeginAsync(drop);
        await docs.UpsertAsync([Numbered(0, null), Doc("new")], Token);
        moving.Go.SetResult();
        if (drop)
        {
            Assert.Equal(99, await (await task).CountAsync(null, Token));
        }
        else
        {
            Assert.Equal(2, (await Assert.ThrowsAsync<DocumentsWithoutTextException>(() => task)).Count);
            Assert.Equal((101, docs), (await docs.CountAsync(null, Token), await Store.FindAsync("docs", Token)));
        }
    }

    [Fact]
    public async Task Deleting_the_collection_ends_it_and_another_of_the_name_is_left_alone()
    {
        if (await LacksAsync(StoreCapabilities.Reembedding))
        {
            return;
        }

        var (docs, moving, task) = await BeginAsync();
        await Store.DropAsync("docs", Token);
        var other = await CreateAsync(5);
        await other.UpsertAsync([TestDocuments.Make("a", null, null, 1, 2, 3, 4, 5)], Token);
        moving.Go.SetResult();
        await Assert.ThrowsAsync<CollectionNotFoundException>(() => task);
        await ReopenAsync();
        Assert.Equal(
            (5, 1),
            ((await Store.FindAsync("docs", Token))!.Info.Settings.Dimensions, await (await Store.FindAsync("docs", Token))!.CountAsync(null, Token)));
    }

    // A move that stands still in its first batch.
    private async Task<(IDocumentCollection Docs, Held Moving, Task<IDocumentCollection> Move)> BeginAsync(
        bool drop = false)
    {
        var (docs, moving) = (await FilledAsync(100), new Held());
        var move = docs.ReembedAsync(To(3, moving.EmbedAsync) with { DropsDocumentsWithoutText = drop }, Token);
        await moving.Entered.Task.WaitAsync(Token);
        return (docs, moving, move);
    }

    // Stops in the first batch until the test lets it go on.
    private sealed class Held
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<IReadOnlyList<ReadOnlyMemory<float>>> EmbedAsync(
            IReadOnlyList<Document> documents, CancellationToken cancellationToken)
        {
            Entered.TrySetResult();
            await Go.Task;
            return await DocumentStoreContract.EmbedAsync(documents, 3);
        }
    }
}
