using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Embeddings.Storage.Tests.Sqlite.Crash;

/// <summary>Writers that are killed while they move a collection to another model.</summary>
public sealed class ReembedCrashTests : IDisposable
{
    private const int Kills = 25;

    private readonly TemporaryFolder _folder = new();

    private string StorePath => _folder.File("store.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task After_a_kill_the_collection_is_all_of_one_model_and_nothing_is_left_of_the_next()
    {
        var random = new Random(1);
        for (var kill = 0; kill < Kills; kill++)
        {
            var acknowledged = await MoveAndKillAsync(random.Next(120));
            await using (var store = await Stores.OpenAsync(StorePath))
            {
                var collection = (await store.FindAsync(ReembedWriter.Collection, CancellationToken.None))!;
                var settings = collection.Info.Settings;
                // The last move that was acknowledged, or one more whose acknowledgement was lost.
                Assert.InRange(int.Parse(settings.Model!, null), acknowledged, acknowledged + 1);
                Assert.Equal(ReembedWriter.DimensionsOf(settings.Model!), settings.Dimensions);
                var documents = await TestDocuments.ReadAsync(collection, TestContext.Current.CancellationToken);
                Assert.Equal(
                    TestDocuments.Show(Enumerable.Range(0, ReembedWriter.Documents).Select(
                        i => ReembedWriter.Make($"{i}", settings.Model!, settings.Dimensions))),
                    TestDocuments.Show(documents));
                await CrashedStore.SearchesAreRightAsync(collection, documents);
            }

            // One table of documents, finished or not.
            Assert.Single(Tables(), table => table.Contains('_', StringComparison.Ordinal)
                && !table.StartsWith("classifier", StringComparison.Ordinal));
        }
    }

    // The model that was acknowledged last.
    private async Task<int> MoveAndKillAsync(int milliseconds)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [ReembedWriter.Command, StorePath]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        // It says so first after one whole move.
        var last = await process.StandardOutput.ReadLineAsync(CancellationToken.None);
        await Task.Delay(milliseconds, CancellationToken.None);
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        while (await process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            last = line;
        }

        Assert.Equal(128 + 9, process.ExitCode);
        return int.Parse(last!, null);
    }

    private List<string> Tables()
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = StorePath, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var command = new SqliteCommand(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'", connection);
        using var reader = command.ExecuteReader();
        var tables = new List<string>();
        while (reader.Read())
        {
            tables.Add(reader.GetString(0));
        }

        return tables;
    }
}
