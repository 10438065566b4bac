namespace Embeddings.Storage.Tests.Sqlite.Crash;

/// <summary>
/// What a writer does in a round: several lanes at a time, each one operation after the other. Writer and test both
/// know it, so that the number of operations that a lane has acknowledged says what must be in the store: that, or one
/// operation more.
/// </summary>
internal sealed class CrashPlan(int seed, int round)
{
    public const int Lanes = 6;

    // The last lane makes, fills and drops a collection.
    public const int PassingLane = Lanes - 1;

    // More than a writer makes before it is killed; of 20,000 rounds the versions are whole numbers of 32 bits still.
    private const int VersionsARound = 100_000;
    private const int IdsALane = 15;

    /// <summary>The lane that alone writes an id.</summary>
    public static int LaneOf(string id) => id[0] - '0';

    public IEnumerable<Operation> Operations(int lane)
    {
        var random = new Random(HashCode(lane));
        for (var i = 0; ; i++)
        {
            yield return lane == PassingLane ? PassingOperation(i) : Operation(random, lane, i);
        }
    }

    private Operation Operation(Random random, int lane, int i)
    {
        var kind = random.Next(3) == 0 ? OperationKind.Delete : OperationKind.Upsert;
        string[] ids = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => $"{lane}-{random.Next(IdsALane)}").Distinct()];
        return new Operation(kind, ids, Version(i));
    }

    private Operation PassingOperation(int i) => (i % 8) switch
    {
        0 or 4 => new Operation(OperationKind.Drop, [], 0),
        // Either with its first documents or not at all.
        5 => new Operation(OperationKind.Found, [Sqlite.Crash.Operation.Passing, "x", "y"], Version(i)),
        1 => new Operation(OperationKind.Create, [Sqlite.Crash.Operation.Passing], 0),
        _ => new Operation(OperationKind.Fill, ["x", "y", "z"], Version(i)),
    };

    private int Version(int i) => (round * VersionsARound) + i + 1;

    // System.HashCode differs from process to process.
    private int HashCode(int lane) => (((seed * 397) + round) * 397) + lane;
}
