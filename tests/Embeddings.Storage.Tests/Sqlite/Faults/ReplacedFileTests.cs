using Embeddings.Storage.Sqlite;
using Embeddings.Storage.Tests.Sqlite.Crash;
using Microsoft.Data.Sqlite;

namespace Embeddings.Storage.Tests.Sqlite.Faults;

/// <summary>
/// Files that are removed, replaced or written to while a store has them open: nothing is acknowledged that would be
/// lost.
/// </summary>
public sealed class ReplacedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string StorePath => _folder.File("store.db");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool> Files => new()
    {
        { "", false }, { "-wal", false }, { "-shm", false }, { ".lock", false },
        { "", true }, { "-wal", true }, { ".lock", true },
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Of_two_stores_on_one_file_the_first_stops_and_no_acknowledged_write_is_lost()
    {
        SkipUnlessLinux();
        await using (var first = await Stores.OpenAsync(StorePath))
        {
            var (docs, _) = await first.CreateAsync("docs", Operation.Settings, Token);
            await docs.UpsertAsync([Operation.Make("a", 1)], Token);
            File.Delete($"{StorePath}.lock");
            await using var second = await Stores.OpenAsync(StorePath);
            await Assert.ThrowsAsync<StoreStoppedException>(() => docs.UpsertAsync([Operation.Make("b", 1)], Token));
            await (await second.FindAsync("docs", Token))!.UpsertAsync([Operation.Make("c", 1)], Token);
            await first.DisposeAsync();
            await (await second.FindAsync("docs", Token))!.UpsertAsync([Operation.Make("d", 1)], Token);
        }

        await using var reopened = await Stores.OpenAsync(StorePath);
        var documents = await TestDocuments.ReadAsync((await reopened.FindAsync("docs", Token))!, Token);
        Assert.Equal(["a", "c", "d"], documents.Select(document => document.Id));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_that_is_removed_or_replaced_stops_every_write(string name, bool isReplaced)
    {
        SkipUnlessLinux();
        await using var store = await Stores.OpenAsync(StorePath);
        var (docs, _) = await store.CreateAsync("docs", Operation.Settings, Token);
        File.Move(StorePath + name, StorePath + ".aside");
        if (isReplaced)
        {
            Assert.True(await Shell.RunAsync("cp", $"{StorePath}.aside", StorePath + name));
        }

        for (var i = 0; i < 2; i++)
        {
            var exception = await Assert.ThrowsAsync<StoreStoppedException>(
                () => docs.UpsertAsync([Operation.Make("a", 1)], Token));
            Assert.Contains(
                $"{StorePath}{name} was {(isReplaced ? "replaced" : "removed")}", exception.Message,
                StringComparison.Ordinal);
        }

        await store.DisposeAsync();
        // Without the check SQLite would create a new file for a reader, or remove the other file's log.
        Assert.Equal(isReplaced, File.Exists(StorePath + name));
    }

    [Fact]
    public async Task A_commit_of_somebody_else_stops_every_write()
    {
        await using var store = await Stores.OpenAsync(StorePath);
        var (docs, _) = await store.CreateAsync("docs", Operation.Settings, Token);
        using (var connection = new SqliteConnection($"Data Source={StorePath};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE state SET commits = commits + 1";
            command.ExecuteNonQuery();
        }

        var exception = await Assert.ThrowsAsync<StoreStoppedException>(
            () => docs.UpsertAsync([Operation.Make("a", 1)], Token));
        Assert.Contains("another process", exception.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreStoppedException>(() => store.DropAsync("docs", Token));
    }

    [Theory]
    [InlineData(Durability.Full, 2)]
    [InlineData(Durability.Normal, 1)]
    public void The_writer_waits_for_the_disk_as_set(Durability durability, int synchronous)
    {
        using var file = StoreFile.Open(new SqliteStoreSettings(StorePath) { Durability = durability }, Schema.Steps);
        Assert.Equal(synchronous, file.Writer.Integer("PRAGMA synchronous"));
        Assert.Equal("wal", file.Writer.Text("PRAGMA journal_mode"));
    }

    private static void SkipUnlessLinux() =>
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells which file stands under a name.");
}
