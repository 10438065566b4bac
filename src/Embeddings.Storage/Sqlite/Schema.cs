namespace Embeddings.Storage.Sqlite;

/// <summary>The tables, and how those of an older version become those of this one.</summary>
internal static class Schema
{
    /// <summary>"EMBD": marks the file as ours, at byte 68 of it.</summary>
    public const int ApplicationId = 0x454D4244;

    /// <summary>
    /// Step n brings version n to n + 1, and version 0 is an empty file. A step that has been released is never
    /// changed; the next one is added.
    /// </summary>
    public static readonly IReadOnlyList<Action<Connection>> Steps = [CreateTables];

    // Not "documents_": a table that was not finished when the process ended must not be taken for a collection's.
    private const string UnfinishedPrefix = "reembed_";

    /// <summary>Name of the table of a collection's documents.</summary>
    public static string DocumentTable(long key) => $"documents_{key}";

    /// <summary>
    /// Name of such a table while its collection is being made from another, before it has the name above.
    /// </summary>
    public static string UnfinishedTable(long key) => UnfinishedPrefix + key;

    /// <summary>Makes a table of documents.</summary>
    public static string CreateDocuments(string table) => $"""
        CREATE TABLE {table} (
            slot INTEGER PRIMARY KEY,
            id TEXT NOT NULL,
            revision INTEGER NOT NULL,
            text TEXT,
            metadata TEXT,
            vector BLOB NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT
        """;

    /// <summary>Drops what re-embeddings have left behind that were not finished when the process ended.</summary>
    /// <returns>How many there were.</returns>
    public static int DropUnfinished(Connection connection)
    {
        var count = 0;
        while (connection.Text("SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, " +
            $"{UnfinishedPrefix.Length}) = '{UnfinishedPrefix}'") is { Length: > 0 } table)
        {
            connection.Execute($"DROP TABLE {table}");
            count++;
        }

        return count;
    }

    /// <summary>
    /// Brings a file to this version, in one transaction: it is at the old one or at the new one, whatever happens.
    /// </summary>
    /// <exception cref="StoreUnusableException">It was written by a later version.</exception>
    public static void Migrate(Connection connection, IReadOnlyList<Action<Connection>> steps)
    {
        var version = connection.Integer("PRAGMA user_version");
        if (version > steps.Count)
        {
            throw new StoreUnusableException(
                $"{connection.Path} was written by a later version of this program (schema {version}, this one " +
                $"reads up to {steps.Count}). It was left as it is: run that version.");
        }

        if (version == steps.Count)
        {
            return;
        }

        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            for (var step = (int)version; step < steps.Count; step++)
            {
                steps[step](connection);
            }

            connection.Execute($"PRAGMA user_version = {steps.Count}");
            connection.Execute("COMMIT");
        }
        catch
        {
            connection.Rollback();
            throw;
        }
    }

    private static void CreateTables(Connection connection)
    {
        connection.Execute($"PRAGMA application_id = {ApplicationId}");
        connection.Execute("""
            CREATE TABLE collections (
                key INTEGER PRIMARY KEY AUTOINCREMENT,
                name TEXT NOT NULL UNIQUE,
                model TEXT,
                dimensions INTEGER NOT NULL,
                metric TEXT NOT NULL,
                created INTEGER NOT NULL,
                documents INTEGER NOT NULL,
                digest INTEGER NOT NULL,
                checksum INTEGER NOT NULL
            ) STRICT
            """);
        connection.Execute("CREATE TABLE state (commits INTEGER NOT NULL) STRICT");
        connection.Execute("INSERT INTO state VALUES (0)");
    }
}
