using System.Diagnostics;
using Embeddings.Storage.Tests.Sqlite.Crash;
using Microsoft.Data.Sqlite;

namespace Embeddings.Storage.Tests.Sqlite.Faults;

/// <summary>Files that are no store of this program, or not for it alone.</summary>
public sealed class FileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string StorePath => _folder.File("store.db");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, byte[]> Foreign => new()
    {
        { "a text", "Dear diary, today I did not write a database."u8.ToArray() },
        { "a long text", [.. Enumerable.Repeat((byte)'x', 20_000)] },
        { "one byte", [0] },
        { "zeros", new byte[16_384] },
        { "the first word alone", "SQLite format 3\0"u8.ToArray() },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task Another_program_s_file_is_left_as_it_is(string what, byte[] content)
    {
        await File.WriteAllBytesAsync(StorePath, content, Token);
        var exception = await Assert.ThrowsAsync<StoreUnusableException>(() => Stores.OpenAsync(StorePath));
        Assert.Contains(StorePath, exception.Message, StringComparison.Ordinal);
        var after = await File.ReadAllBytesAsync(StorePath, Token);
        Assert.True(content.AsSpan().SequenceEqual(after), what);
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Another_program_s_database_is_left_as_it_is()
    {
        Sql("PRAGMA journal_mode = WAL; CREATE TABLE documents_1 (a); INSERT INTO documents_1 VALUES (1)");
        var before = await File.ReadAllBytesAsync(StorePath, Token);
        await Assert.ThrowsAsync<StoreUnusableException>(() => Stores.OpenAsync(StorePath));
        Assert.Equal(before, await File.ReadAllBytesAsync(StorePath, Token));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task An_empty_file_becomes_a_store_and_a_missing_folder_is_made()
    {
        await File.WriteAllBytesAsync(StorePath, [], Token);
        foreach (var path in new[] { StorePath, _folder.File("new/folder/store.db") })
        {
            await using var store = await Stores.OpenAsync(path);
            Assert.Empty(await store.ListAsync(Token));
            Assert.True((await store.CreateAsync("docs", Operation.Settings, Token)).Created);
        }
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("file/store.db")]
    [InlineData("/proc/store.db")]
    public async Task A_path_that_cannot_be_written_is_named(string place)
    {
        Directory.CreateDirectory(_folder.File("folder"));
        await File.WriteAllTextAsync(_folder.File("file"), "", Token);
        var path = Path.Combine(_folder.Path, place);
        var exception = await Assert.ThrowsAsync<StoreUnwritableException>(() => Stores.OpenAsync(path));
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_leads_to_the_one_file_and_its_one_lock()
    {
        File.CreateSymbolicLink(_folder.File("link.db"), StorePath);
        await using (var store = await Stores.OpenAsync(_folder.File("link.db")))
        {
            await store.CreateAsync("docs", Operation.Settings, Token);
            await Assert.ThrowsAsync<StoreUnusableException>(() => Stores.OpenAsync(StorePath));
        }

        await using var direct = await Stores.OpenAsync(StorePath);
        Assert.Single(await direct.ListAsync(Token));
    }

    [Fact]
    public async Task A_file_is_open_once_and_its_writer_goes_on()
    {
        await using (var store = await Stores.OpenAsync(StorePath))
        {
            var (docs, _) = await store.CreateAsync("docs", Operation.Settings, Token);
            var exception = await Assert.ThrowsAsync<StoreUnusableException>(() => Stores.OpenAsync(StorePath));
            Assert.Contains("in use", exception.Message, StringComparison.Ordinal);
            await docs.UpsertAsync([Operation.Make("a", 1)], Token);
            await store.DisposeAsync();
            await Assert.ThrowsAnyAsync<StoreException>(() => docs.UpsertAsync([Operation.Make("b", 1)], Token));
        }

        await using var next = await Stores.OpenAsync(StorePath);
        Assert.Equal(1, await (await next.FindAsync("docs", Token))!.CountAsync(null, Token));
    }

    [Fact]
    public async Task A_file_of_another_process_is_in_use_until_that_ends()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [CrashWriter.Command, StorePath, "Full", "1", "0"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        Assert.NotNull(await process.StandardOutput.ReadLineAsync(Token));
        await Assert.ThrowsAsync<StoreUnusableException>(() => Stores.OpenAsync(StorePath));
        process.Kill();
        await process.WaitForExitAsync(Token);
        await using var store = await Stores.OpenAsync(StorePath);
        Assert.NotNull(await store.FindAsync(Operation.Documents, Token));
    }

    [Theory]
    [InlineData("UPDATE documents_1 SET slot = 5000000000 WHERE slot = 3")]
    [InlineData("UPDATE documents_1 SET slot = 2147483647 WHERE slot = 3")]
    [InlineData("UPDATE documents_1 SET slot = 2147483648 WHERE slot = 3")]
    [InlineData("UPDATE documents_1 SET slot = -1 WHERE slot = 3")]
    [InlineData("UPDATE documents_1 SET slot = 0 WHERE slot = 3")]
    [InlineData("UPDATE documents_1 SET slot = 4 WHERE slot = 3")]
    [InlineData("UPDATE documents_1 SET text = NULL")]
    [InlineData("UPDATE documents_1 SET metadata = '{' WHERE slot = 1")]
    [InlineData("UPDATE documents_1 SET vector = x'' WHERE slot = 2")]
    [InlineData("UPDATE documents_1 SET revision = revision + 1 WHERE slot = 2")]
    [InlineData("DELETE FROM documents_1 WHERE slot = 2")]
    [InlineData("DROP TABLE documents_1")]
    [InlineData("UPDATE collections SET dimensions = 5")]
    [InlineData("UPDATE collections SET metric = 'Manhattan'")]
    [InlineData("UPDATE collections SET documents = 2")]
    [InlineData("DELETE FROM state")]
    [InlineData("DROP TABLE state")]
    [InlineData("DROP TABLE collections")]
    public async Task What_somebody_else_changed_in_it_is_noticed(string sql)
    {
        await using (var store = await Stores.OpenAsync(StorePath))
        {
            var (docs, _) = await store.CreateAsync("docs", Operation.Settings, Token);
            await docs.UpsertAsync([Operation.Make("a", 1), Operation.Make("b", 1), Operation.Make("c", 1)], Token);
        }

        Sql(sql);
        await Assert.ThrowsAnyAsync<StoreException>(() => Stores.OpenAsync(StorePath));
    }

    private void Sql(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={StorePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
