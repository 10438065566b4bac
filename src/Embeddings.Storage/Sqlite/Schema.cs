namespace Embeddings.Storage.Sqlite;

/// <summary>The tables, and the steps that migrate an older version to this one.</summary>
internal static class Schema
{
    /// <summary>"EMBD", at byte 68 of the file, marks it as a store of this program.</summary>
    public const int ApplicationId = 0x454D4244;

    /// <summary>
    /// Step n migrates version n to n + 1; version 0 is an empty file. A released step is never changed: a change of
    /// the tables is a further step.
    /// </summary>
    public static readonly IReadOnlyList<Action<Connection>> Steps = [CreateTables, CreateClassifiers, AddPrompts];

    // Not "documents_": an unfinished table must not be taken for a collection's after the process has ended.
    private const string UnfinishedPrefix = "reembed_";

    /// <summary>Name of the table of a collection's documents.</summary>
    public static string DocumentTable(long key) => $"documents_{key}";

    /// <summary>
    /// Name of the table of a collection that a re-embedding is making. The switch renames it to the name above.
    /// </summary>
    public static string UnfinishedTable(long key) => UnfinishedPrefix + key;

    /// <summary>The SQL that creates a table of documents.</summary>
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

    /// <summary>Drops the tables of re-embeddings that had not finished when the process ended.</summary>
    /// <returns>The number of tables.</returns>
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
    /// Migrates a file to this version in one transaction: whatever happens, the file has the old version or the new
    /// one.
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

    // Examples stand apart, so that a list of classifiers need not read them.
    private static void CreateClassifiers(Connection connection)
    {
        connection.Execute("""
            CREATE TABLE classifiers (
                name TEXT PRIMARY KEY,
                model TEXT NOT NULL,
                created INTEGER NOT NULL,
                description TEXT NOT NULL,
                content BLOB NOT NULL,
                checksum INTEGER NOT NULL
            ) STRICT
            """);
        connection.Execute(
            "CREATE TABLE classifier_examples (name TEXT PRIMARY KEY, examples BLOB NOT NULL, checksum INTEGER NOT NULL) STRICT");
    }

    private static void AddPrompts(Connection connection)
    {
        connection.Execute("ALTER TABLE collections ADD COLUMN document_prompt TEXT");
        connection.Execute("ALTER TABLE collections ADD COLUMN query_prompt TEXT");
    }
}
