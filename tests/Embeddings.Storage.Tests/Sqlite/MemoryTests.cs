using Embeddings.Storage.Filtering;
using Embeddings.Storage.Sqlite;
using Embeddings.Storage.Tests.Sqlite.Crash;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embeddings.Storage.Tests.Sqlite;

/// <summary>A store that is larger than the memory: what fits is served, and nothing of the rest is lost.</summary>
public sealed class MemoryTests : IDisposable
{
    private const int Dimensions = 384;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_does_not_fit_says_so_and_is_kept_and_everything_else_works()
    {
        var large = Enumerable.Range(0, 1000)
            .Select(i => TestDocuments.Make($"{i}", "text", null, TestDocuments.Vector(new Random(i), Dimensions)))
            .ToList();
        await using (var store = await OpenAsync(null))
        {
            await store.UpsertAsync("large", Operation.Settings with { Dimensions = Dimensions }, large, Token);
            await store.UpsertAsync("small", Operation.Settings, [Operation.Make("a", 1)], Token);
        }

        // The vectors of the large one alone take 1.9 MB.
        await using (var store = await OpenAsync(1 << 20))
        {
            Assert.Equal(["large", "small"], (await store.ListAsync(Token)).Select(collection => collection.Info.Name));
            var (docs, small) = ((await store.FindAsync("large", Token))!, (await store.FindAsync("small", Token))!);
            Assert.Null((await small.GetStatusAsync(Token)).Problem);
            var status = await docs.GetStatusAsync(Token);
            Assert.Equal((1000, 0, null), (status.Documents, status.MemoryBytes, status.DiskBytes));
            Assert.Contains(
                "'large' is not loaded: the server has no memory for its 1000 documents", status.Problem,
                StringComparison.Ordinal);
            Func<Task>[] calls =
            [
                () =>
                    docs.UpsertAsync([large[0]], Token), () =>
                        docs.DeleteAsync(["0"], Token), () => docs.DeleteAsync(new Filter.Exists("x"), Token),
                () =>
                    docs.CountAsync(null, Token), () =>
                        docs.GetAsync(["0"], DocumentParts.All, Token), () =>
                            docs.ListAsync(null, null, 10, DocumentParts.All, Token),
                () =>
                    docs.SearchAsync(new SearchRequest(new float[Dimensions], 5), Token), () =>
                        docs.WriteFaissAsync(Stream.Null, Token),
                () =>
                    docs.CountWithoutTextAsync(Token), () =>
                        store.UpsertAsync("large", docs.Info.Settings, [large[0]], Token),
                () =>
                    docs.ReembedAsync(
                        new ReembedRequest("other", 2, (_, _) => throw new InvalidOperationException()), Token),
            ];
            foreach (var call in calls)
            {
                var both = small.UpsertAsync([Operation.Make("b", 1)], Token);
                await Assert.ThrowsAsync<CollectionNotLoadedException>(call);
                await both;
            }

            Assert.Equal(
                TestDocuments.Show(large),
                TestDocuments.Show(await docs.ReadAllAsync(DocumentParts.All, Token).ToListAsync(Token)));
            Assert.Equal(2, await small.CountAsync(null, Token));
            Assert.Equal(2, (await small.SearchAsync(new SearchRequest(new float[4], 5), Token))[0].Count);
        }

        await using (var store = await OpenAsync(null))
        {
            var docs = (await store.FindAsync("large", Token))!;
            Assert.Null((await docs.GetStatusAsync(Token)).Problem);
            Assert.Equal(TestDocuments.Show(large), TestDocuments.Show(await TestDocuments.ReadAsync(docs, Token)));
        }

        await using (var store = await OpenAsync(1 << 20))
        {
            Assert.True(await store.DropAsync("large", Token));
        }

        await using var last = await OpenAsync(null);
        Assert.Equal("small", Assert.Single(await last.ListAsync(Token)).Info.Name);
    }

    [Fact]
    public async Task The_size_of_a_collection_is_that_of_what_is_in_it_however_it_came_there()
    {
        CollectionStatus status;
        await using (var store = await OpenAsync(null))
        {
            var docs = await store.UpsertAsync("docs", Operation.Settings, [.. Enumerable.Range(0, 100).Select(i => TestDocuments.Make($"{i}", new string('ä', 5000), """{"a":1}""", 1, 2, 3, 4))], Token);
            // 100 texts of 10,000 bytes.
            status = await docs.GetStatusAsync(Token);
            Assert.InRange(status.DiskBytes!.Value, 1_000_000, 1_010_000);
            Assert.InRange(status.MemoryBytes, 100 * 4 * 4, 100_000);
            Assert.InRange(await store.GetDiskBytesAsync(Token), status.DiskBytes.Value, 10 * status.DiskBytes.Value);
            await docs.UpsertAsync([.. Enumerable.Range(0, 60).Select(i => Operation.Make($"{i}", 1))], Token);
            await docs.DeleteAsync([.. Enumerable.Range(50, 20).Select(i => $"{i}")], Token);
            status = await docs.GetStatusAsync(Token);
            Assert.InRange(status.DiskBytes!.Value, 300_000, 330_000);
        }

        await using var reopened = await OpenAsync(null);
        Assert.Equal(
            status,
            await (await reopened.FindAsync("docs", Token))!
                .GetStatusAsync(Token) with
            { MemoryBytes = status.MemoryBytes });
    }

    private Task<SqliteDocumentStore> OpenAsync(long? most) => SqliteDocumentStore.OpenAsync(
        new SqliteStoreSettings(_folder.File("store.db")) { MostMemoryBytes = most }, TimeProvider.System,
        NullLogger<SqliteDocumentStore>.Instance, Token);
}
