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
        var writing = Enumerable.Range(0, CrashPlan.Clients).Select(
            client => Task.Run(() => WriteAsync(store, plan, client, output)));
        // The writer ends with the test.
        var orphaned = Console.OpenStandardInput().ReadAsync(new byte[1]).AsTask();
        await await Task.WhenAny([orphaned, .. writing]);
        return 1;
    }

    private static async Task WriteAsync(SqliteDocumentStore store, CrashPlan plan, int client, Stream output)
    {
        var done = Encoding.ASCII.GetBytes($"{client}\n");
        foreach (var operation in plan.Operations(client))
        {
            await operation.RunAsync(store);
            lock (output)
            {
                output.Write(done);
            }
        }
    }
}
