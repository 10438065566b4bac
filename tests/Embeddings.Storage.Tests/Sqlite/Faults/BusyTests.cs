using Embeddings.Storage.Sqlite;
using Embeddings.Storage.Tests.Sqlite.Crash;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embeddings.Storage.Tests.Sqlite.Faults;

/// <summary>Another program that holds the lock of the file.</summary>
public sealed class BusyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_lock_of_another_program_costs_one_wait_and_is_no_failure_of_the_store()
    {
        var settings = new SqliteStoreSettings(_folder.File("store.db")) { LongestWait = TimeSpan.FromSeconds(1) };
        await using var store = await SqliteDocumentStore.OpenAsync(
            settings, TimeProvider.System, NullLogger<SqliteDocumentStore>.Instance, Token);
        var (docs, _) = await store.CreateAsync("docs", Operation.Settings, Token);
        using (var connection = new SqliteConnection($"Data Source={settings.Path};Pooling=False"))
        {
            connection.Open();
            using var transaction = connection.BeginTransaction(deferred: false);
            var start = TimeProvider.System.GetTimestamp();
            Task[] writes = [.. Enumerable.Range(0, 20).Select(
                i => docs.UpsertAsync([Operation.Make($"{i}", 1)], Token))];
            foreach (var write in writes)
            {
                await Assert.ThrowsAsync<StoreBusyException>(() => write);
            }

            // The first write alone, then the others that came meanwhile.
            Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        }

        await docs.UpsertAsync([Operation.Make("a", 1)], Token);
        Assert.Equal(1, await docs.CountAsync(null, Token));
    }
}
