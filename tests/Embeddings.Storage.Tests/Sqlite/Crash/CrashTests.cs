using Embeddings.Storage.Sqlite;

namespace Embeddings.Storage.Tests.Sqlite.Crash;

/// <summary>Writers that are killed at any moment. EMBEDDINGS_TEST_KILLS says how many.</summary>
public sealed class CrashTests
{
    private const int Series = 4;

    [Fact]
    public async Task Whatever_was_acknowledged_is_there_after_a_kill_and_nothing_is_torn()
    {
        var kills = Effort.Count("EMBEDDINGS_TEST_KILLS", 24, 200);
        CrashSeries[] all = [.. Enumerable.Range(0, Series).Select(
            i => new CrashSeries(i + 1, i == 0 ? Durability.Normal : Durability.Full))];
        try
        {
            var acknowledged = await Task.WhenAll(
                all.Select(series => series.RunAsync((kills + Series - 1) / Series, kills)));
            Assert.All(acknowledged, writes => Assert.InRange(writes, kills, long.MaxValue));
        }
        finally
        {
            Array.ForEach(all, series => series.Dispose());
        }
    }
}
