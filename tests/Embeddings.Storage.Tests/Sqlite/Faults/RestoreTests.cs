using Embeddings.Storage.Sqlite;
using Embeddings.Storage.Tests.Sqlite.Crash;

namespace Embeddings.Storage.Tests.Sqlite.Faults;

/// <summary>
/// Ways back to an older state, as after a crash: the log that was left must not bring the newer one back.
/// </summary>
public sealed class RestoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string StorePath => _folder.File("store.db");

    private string CopyPath => _folder.File("copy.db");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_copy_made_while_serving_is_the_state_of_one_moment_and_comes_back_over_what_a_crash_left()
    {
        int copied;
        var crashed = _folder.File("crashed");
        await using (var store = await Stores.OpenAsync(StorePath))
        {
            var (docs, _) = await store.CreateAsync("docs", Operation.Settings, Token);
            await docs.UpsertAsync([.. Documents(0)], Token);
            using var stop = new CancellationTokenSource();
            var writing = WriteAsync(docs, stop.Token);
            await using (var backup = await store.BackupAsync(Token))
            await using (var file = File.Create(CopyPath))
            {
                await backup.CopyToAsync(file, Token);
            }

            await stop.CancelAsync();
            await writing;
            await store.DropAsync("docs", Token);
            await store.CreateAsync("newer", Operation.Settings, Token);
            Assert.DoesNotContain(
                Directory.GetFiles(_folder.Path), name => name.Contains(".backup-", StringComparison.Ordinal));
            Directory.CreateDirectory(crashed);
            Assert.True(await Shell.RunAsync("cp", "-a", StorePath, $"{StorePath}-wal", $"{StorePath}.lock", crashed));
        }

        var settings = new SqliteStoreSettings(Path.Combine(crashed, "store.db"));
        var restored = await StoreRestore.RunAsync(settings, CopyPath, TimeProvider.System, Token);
        Assert.Equal((1, 50L), (restored.Collections, restored.Documents));
        await using (var store = await Stores.OpenAsync(settings.Path))
        {
            var documents = await TestDocuments.ReadAsync(Assert.Single(await store.ListAsync(Token)), Token);
            copied = VersionOf(documents[0]);
            Assert.Equal(TestDocuments.Show(Documents(copied)), TestDocuments.Show(documents));
            // It is a store as any other.
            await (await store.ListAsync(Token))[0].UpsertAsync([Operation.Make("more", 1)], Token);
        }

        // The state before is kept, with its log.
        await using var before = await Stores.OpenAsync(restored.Before!);
        Assert.Equal("newer", Assert.Single(await before.ListAsync(Token)).Info.Name);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("changed")]
    [InlineData("empty")]
    [InlineData("missing")]
    [InlineData("a text")]
    [InlineData("itself")]
    public async Task A_file_that_is_no_copy_changes_nothing(string what)
    {
        await using (var store = await Stores.OpenAsync(StorePath))
        {
            await store.UpsertAsync("docs", Operation.Settings, [.. Documents(1)], Token);
            await using var backup = await store.BackupAsync(Token);
            await using var file = File.Create(CopyPath);
            await backup.CopyToAsync(file, Token);
        }

        var bytes = await File.ReadAllBytesAsync(CopyPath, Token);
        bytes.AsSpan(bytes.Length / 2, what == "changed" ? 100 : 0).Fill(0x5A);
        await File.WriteAllBytesAsync(
            CopyPath,
            what switch { "cut" => bytes[..(bytes.Length / 2)], "empty" => [], "a text" => "Dear diary"u8.ToArray(), _ => bytes },
            Token);
        var before = await File.ReadAllBytesAsync(StorePath, Token);
        var copy = what switch { "missing" => _folder.File("nobody.db"), "itself" => StorePath, _ => CopyPath };
        var files = Directory.GetFiles(_folder.Path).Order();
        await Assert.ThrowsAsync<StoreUnusableException>(
            () => StoreRestore.RunAsync(new SqliteStoreSettings(StorePath), copy, TimeProvider.System, Token));
        Assert.Equal(before, await File.ReadAllBytesAsync(StorePath, Token));
        Assert.Equal(files, Directory.GetFiles(_folder.Path).Order());
    }

    [Fact]
    public async Task A_copy_that_is_larger_than_the_memory_is_looked_at_too()
    {
        await using (var store = await Stores.OpenAsync(StorePath))
        {
            await store.UpsertAsync("docs", Operation.Settings, [.. Documents(1)], Token);
        }

        var small = new SqliteStoreSettings(_folder.File("elsewhere/store.db")) { MostMemoryBytes = 1 };
        Assert.Equal(50, (await StoreRestore.RunAsync(small, StorePath, TimeProvider.System, Token)).Documents);
        using (var connection = new Connection(StorePath))
        {
            connection.Execute("UPDATE documents_1 SET text = 'other' WHERE slot = 7");
        }

        await Assert.ThrowsAsync<StoreUnusableException>(
            () => StoreRestore.RunAsync(small, StorePath, TimeProvider.System, Token));
    }

    [Theory]
    [InlineData(Durability.Full)]
    [InlineData(Durability.Normal)]
    public async Task A_restore_that_was_killed_is_noticed_and_mended_by_another(Durability durability)
    {
        await using (var store = await Stores.OpenAsync(CopyPath))
        {
            await store.UpsertAsync("docs", Operation.Settings, [.. Documents(1)], Token);
        }

        // The restore was killed after it had moved the previous state aside.
        using (var locked = new StoreLock(StorePath))
        {
            locked.Witness = StoreLock.Unfinished;
        }

        var exception = await Assert.ThrowsAsync<StoreUnusableException>(() => Stores.OpenAsync(StorePath, durability));
        Assert.Contains("Run it again", exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(StorePath));
        await StoreRestore.RunAsync(
            new SqliteStoreSettings(StorePath) { Durability = durability }, CopyPath, TimeProvider.System, Token);
        await using var restored = await Stores.OpenAsync(StorePath, durability);
        Assert.Equal(50, await (await restored.FindAsync("docs", Token))!.CountAsync(null, Token));
    }

    [Fact]
    public async Task A_store_in_use_is_not_restored_and_one_that_is_gone_is()
    {
        await using (var store = await Stores.OpenAsync(StorePath))
        {
            await store.UpsertAsync("docs", Operation.Settings, [.. Documents(1)], Token);
            await using (var backup = await store.BackupAsync(Token))
            await using (var file = File.Create(CopyPath))
            {
                await backup.CopyToAsync(file, Token);
            }

            var exception = await Assert.ThrowsAsync<StoreUnusableException>(
                () => StoreRestore.RunAsync(new SqliteStoreSettings(StorePath), CopyPath, TimeProvider.System, Token));
            Assert.Contains("in use", exception.Message, StringComparison.Ordinal);
        }

        var elsewhere = new SqliteStoreSettings(_folder.File("elsewhere/store.db"));
        Assert.Null((await StoreRestore.RunAsync(elsewhere, CopyPath, TimeProvider.System, Token)).Before);
        await using var restored = await Stores.OpenAsync(elsewhere.Path);
        Assert.Equal(50, await (await restored.FindAsync("docs", Token))!.CountAsync(null, Token));
    }

    [Theory]
    [InlineData(".backup-before-upgrade")]
    [InlineData(".backup-2026-11-28")]
    [InlineData(".restore")]
    public async Task A_copy_of_an_operator_stays_whatever_starts_and_can_be_restored(string ending)
    {
        var copy = StorePath + ending;
        await using (var store = await Stores.OpenAsync(StorePath))
        {
            await store.UpsertAsync("docs", Operation.Settings, [.. Documents(1)], Token);
            await using var backup = await store.BackupAsync(Token);
            await using var file = File.Create(copy);
            await backup.CopyToAsync(file, Token);
        }

        var bytes = await File.ReadAllBytesAsync(copy, Token);
        await (await Stores.OpenAsync(StorePath)).DisposeAsync();
        Assert.Equal(bytes, await File.ReadAllBytesAsync(copy, Token));
        Assert.Equal(
            50,
            (await StoreRestore.RunAsync(new SqliteStoreSettings(StorePath), copy, TimeProvider.System, Token)).Documents);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(copy, Token));
    }

    [Fact]
    public async Task Copies_of_a_process_that_was_killed_are_deleted_by_the_next_start()
    {
        var left = Guid.NewGuid().ToString("N");
        string[] endings = [$".backup-{left}", $".backup-{left}-journal", $".restore-{left}", $".restore-{left}-wal", $".restore-{left}.lock"];
        foreach (var ending in endings)
        {
            await File.WriteAllTextAsync(StorePath + ending, "half", Token);
        }

        await (await Stores.OpenAsync(StorePath)).DisposeAsync();
        Assert.DoesNotContain(Directory.GetFiles(_folder.Path), name => name.Contains(left, StringComparison.Ordinal));
    }

    private static IEnumerable<Document> Documents(int version) =>
        Enumerable.Range(0, 50).Select(i => Operation.Make($"{i}", version));

    private static int VersionOf(Document document) =>
        int.Parse(document.Metadata!.Json["{\"version\":".Length..^1], null);

    // One write sets all documents, so at any moment all have one version.
    private static async Task WriteAsync(IDocumentCollection docs, CancellationToken stop)
    {
        for (var version = 1; !stop.IsCancellationRequested; version++)
        {
            await docs.UpsertAsync([.. Documents(version)], Token);
        }
    }
}
