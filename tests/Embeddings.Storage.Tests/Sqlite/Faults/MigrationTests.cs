using Embeddings.Storage.Sqlite;
using Embeddings.Storage.Tests.Sqlite.Crash;

namespace Embeddings.Storage.Tests.Sqlite.Faults;

/// <summary>Files of other versions.</summary>
public sealed class MigrationTests : IDisposable
{
    private static readonly Action<Connection> Step = connection => connection.Execute("CREATE TABLE added (a)");
    private static readonly Action<Connection> Fill = connection => connection.Execute("INSERT INTO added VALUES (7)");

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string StorePath => _folder.File("store.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_step_brings_a_file_to_the_next_version_once()
    {
        await MakeAsync();
        for (var i = 0; i < 2; i++)
        {
            await using var store = await Stores.OpenAsync(StorePath, [.. Schema.Steps, Step, Fill]);
            Assert.Equal(1, await (await store.FindAsync("docs", Token))!.CountAsync(null, Token));
        }

        Assert.Equal((Schema.Steps.Count + 2, 1), Look("SELECT sum(a) = 7 FROM added"));
    }

    [Fact]
    public async Task Steps_of_which_one_fails_leave_the_version_as_it_was()
    {
        await MakeAsync();
        var run = new List<long>();
        Action<Connection> failing = connection =>
        {
            // Each step sees the result of the step before.
            run.Add(connection.Integer("SELECT count(*) FROM added"));
            throw new StoreException("This step fails.");
        };
        for (var i = 0; i < 2; i++)
        {
            var exception = await Assert.ThrowsAsync<StoreException>(
                () => Stores.OpenAsync(StorePath, [.. Schema.Steps, Step, Fill, failing]));
            Assert.Equal("This step fails.", exception.Message);
            Assert.Equal((Schema.Steps.Count, 0), Look("SELECT count(*) FROM sqlite_schema WHERE name = 'added'"));
        }

        Assert.Equal([1, 1], run);
        await using var store = await Stores.OpenAsync(StorePath);
        Assert.Equal(1, await (await store.FindAsync("docs", Token))!.CountAsync(null, Token));
    }

    [Fact]
    public async Task A_file_of_a_later_version_is_left_as_it_is()
    {
        await MakeAsync();
        await (await Stores.OpenAsync(StorePath, [.. Schema.Steps, Step])).DisposeAsync();
        var before = await File.ReadAllBytesAsync(StorePath, Token);
        var exception = await Assert.ThrowsAsync<StoreUnusableException>(() => Stores.OpenAsync(StorePath));
        Assert.Contains("later version", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(StorePath, Token));
        await using var store = await Stores.OpenAsync(StorePath, [.. Schema.Steps, Step]);
        Assert.Equal(1, await (await store.FindAsync("docs", Token))!.CountAsync(null, Token));
    }

    [Fact]
    public async Task A_collection_of_a_version_without_prompts_is_read_and_its_prompts_are_not_known()
    {
        await MakeAsync();
        using (var connection = new Connection(StorePath))
        {
            connection.Execute("ALTER TABLE collections DROP COLUMN document_prompt");
            connection.Execute("ALTER TABLE collections DROP COLUMN query_prompt");
            connection.Execute("PRAGMA user_version = 2");
        }

        await using var store = await Stores.OpenAsync(StorePath);
        var docs = (await store.FindAsync("docs", Token))!;
        Assert.Equal((null, null), (docs.Info.Settings.DocumentPrompt, docs.Info.Settings.QueryPrompt));
        Assert.Equal(1, await docs.CountAsync(null, Token));
    }

    private async Task MakeAsync()
    {
        await using var store = await Stores.OpenAsync(StorePath);
        var (docs, _) = await store.CreateAsync("docs", Operation.Settings, Token);
        await docs.UpsertAsync([Operation.Make("a", 1)], Token);
    }

    private (long Version, long Answer) Look(string sql)
    {
        using var connection = new Connection(StorePath);
        return (connection.Integer("PRAGMA user_version"), connection.Integer(sql));
    }
}
