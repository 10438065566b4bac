using System.Globalization;
using System.Text;
using Embeddings.Storage.Sqlite;

namespace Embeddings.Storage.Tests.Sqlite.Crash;

/// <summary>The process that is killed: writes as planned, and says of each write that it is done once it is.</summary>
internal static class CrashWriter
{
    public const string Command = "crash-writer";

    public static async Task<int> RunAsync(string[] args)
    {
        var (path, durability) = (args[1], Enum.Parse<Durability>(args[2]));
        var plan = new CrashPlan(
            int.Parse(args[3], CultureInfo.InvariantCulture), int.Parse(args[4], CultureInfo.InvariantCulture));
        var store = await Stores.OpenAsync(path, durability);
        await store.CreateAsync(Operation.Documents, Operation.Settings, CancellationToken.None);
        var output = Console.OpenStandardOutput();
        var writing = Enumerable.Range(0, CrashPlan.Lanes).Select(
            lane => Task.Run(() => WriteAsync(store, plan, lane, output)));
        // When the test goes, so does its writer.
        var orphaned = Console.OpenStandardInput().ReadAsync(new byte[1]).AsTask();
        await await Task.WhenAny([orphaned, .. writing]);
        return 1;
    }

    private static async Task WriteAsync(SqliteDocumentStore store, CrashPlan plan, int lane, Stream output)
    {
        var done = Encoding.ASCII.GetBytes($"{lane}\n");
        foreach (var operation in plan.Operations(lane))
        {
            await operation.RunAsync(store);
            lock (output)
            {
                output.Write(done);
            }
        }
    }
}
