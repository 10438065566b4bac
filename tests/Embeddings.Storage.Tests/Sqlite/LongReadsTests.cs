using Embeddings.Storage.Sqlite;
using Embeddings.Storage.Tests.Sqlite.Crash;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embeddings.Storage.Tests.Sqlite;

/// <summary>Exports that nobody takes while others write.</summary>
public sealed class LongReadsTests : IDisposable
{
    private const int Limit = 4 << 20;

    // SQLite brings its log into the file at about 8 MB.
    private const int LargestLog = 24 << 20;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_slow_export_is_ended_and_the_log_stays_small()
    {
        await using var store = await OpenAsync(TimeSpan.Zero);
        var docs = await store.UpsertAsync("docs", Operation.Settings, [.. Documents(0)], Token);
        await using var export = docs.ReadAllAsync(DocumentParts.All, Token).GetAsyncEnumerator(Token);
        Assert.True(await export.MoveNextAsync());
        await WriteAsync(docs, 30);
        await Assert.ThrowsAsync<ReadEndedException>(async () => await export.MoveNextAsync());
        Assert.InRange(new FileInfo(_folder.File("store.db-wal")).Length, 1, LargestLog);
    }

    [Fact]
    public async Task A_slow_index_file_is_ended_when_much_was_overwritten()
    {
        await using var store = await OpenAsync(TimeSpan.Zero);
        var settings = Operation.Settings with { Dimensions = 20_000 };
        List<Document> documents = [.. Enumerable.Range(0, 20).Select(
            i => TestDocuments.Make($"{i}", null, null, new float[settings.Dimensions]))];
        var docs = await store.UpsertAsync("docs", settings, documents, Token);
        await using var stream = new StuckStream();
        var writing = docs.WriteFaissAsync(stream, Token);
        await stream.Begun;
        for (var i = 0; i < 4; i++)
        {
            await docs.UpsertAsync(documents, Token);
        }

        await Assert.ThrowsAsync<ReadEndedException>(() => writing);
    }

    [Fact]
    public async Task An_export_that_has_not_run_for_long_shows_its_moment_whatever_is_written()
    {
        await using var store = await OpenAsync(TimeSpan.FromMinutes(1));
        var docs = await store.UpsertAsync("docs", Operation.Settings, [.. Documents(0)], Token);
        await using var export = docs.ReadAllAsync(DocumentParts.All, Token).GetAsyncEnumerator(Token);
        List<Document> read = [];
        Assert.True(await export.MoveNextAsync());
        read.Add(export.Current);
        await WriteAsync(docs, 5);
        while (await export.MoveNextAsync())
        {
            read.Add(export.Current);
        }

        Assert.Equal(TestDocuments.Show(Documents(0)), TestDocuments.Show(read));
    }

    private static IEnumerable<Document> Documents(int version) =>
        Enumerable.Range(0, 10).Select(
            i => TestDocuments.Make($"{i}", new string((char)('a' + version), 100_000), null, 1, 2, 3, 4));

    private static async Task WriteAsync(IDocumentCollection docs, int times)
    {
        for (var i = 1; i <= times; i++)
        {
            await docs.UpsertAsync([.. Documents(i % 20)], Token);
        }
    }

    private Task<SqliteDocumentStore> OpenAsync(TimeSpan longest) => SqliteDocumentStore.OpenAsync(
        new SqliteStoreSettings(_folder.File("store.db")) { LongestRead = longest, MostBytesKept = Limit },
        TimeProvider.System, NullLogger<SqliteDocumentStore>.Instance, Token);

    /// <summary>A client that reads nothing.</summary>
    private sealed class StuckStream : MemoryStream
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
