namespace Embeddings.Storage.Tests.Sqlite.Crash;

/// <summary>
/// What a writer does in a round: several clients at a time, each one operation after the other. Writer and test both
/// know it, so that the number of operations that a client has acknowledged says what must be in the store: that, or
/// one operation more.
/// </summary>
internal sealed class CrashPlan(int seed, int round)
{
    public const int Clients = 6;

    // The last client makes, fills and drops a collection.
    public const int PassingClient = Clients - 1;

    // More than a writer makes before it is killed; of 20,000 rounds the versions are whole numbers of 32 bits still.
    private const int VersionsARound = 100_000;
    private const int IdsOfAClient = 15;

    /// <summary>The client that alone writes an id.</summary>
    public static int ClientOf(string id) => id[0] - '0';

    public IEnumerable<Operation> Operations(int client)
    {
        var random = new Random(HashCode(client));
        for (var i = 0; ; i++)
        {
            yield return client == PassingClient ? PassingOperation(i) : Operation(random, client, i);
        }
    }

    private Operation Operation(Random random, int client, int i)
    {
        var kind = random.Next(3) == 0 ? OperationKind.Delete : OperationKind.Upsert;
        string[] ids =
            [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => $"{client}-{random.Next(IdsOfAClient)}").Distinct()];
        return new Operation(kind, ids, Version(i));
    }

    private Operation PassingOperation(int i) => (i % 8) switch
    {
        0 or 4 => new Operation(OperationKind.Drop, [], 0),
        // A collection is created with its first documents or not at all.
        5 => new Operation(OperationKind.Found, [Sqlite.Crash.Operation.Passing, "x", "y"], Version(i)),
        1 => new Operation(OperationKind.Create, [Sqlite.Crash.Operation.Passing], 0),
        _ => new Operation(OperationKind.Fill, ["x", "y", "z"], Version(i)),
    };

    private int Version(int i) => (round * VersionsARound) + i + 1;

    // System.HashCode differs from process to process.
    private int HashCode(int client) => (((seed * 397) + round) * 397) + client;
}
