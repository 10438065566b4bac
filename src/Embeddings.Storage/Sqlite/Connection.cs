using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Embeddings.Storage.Sqlite;

/// <summary>A connection to the file, for one thread at a time.</summary>
internal sealed class Connection : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, Statement> _often = [];
    private readonly TimeSpan _wait;

    /// <param name="path">The file.</param>
    /// <param name="isMade">Whether to create a missing file; otherwise it is a failure.</param>
    /// <param name="wait">How long to wait for locks of others.</param>
    public Connection(string path, bool isMade = false, TimeSpan? wait = null)
    {
        (Path, _wait) = (path, wait ?? LongestWait);
        var mode = isMade ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite;
        _connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            _connection.Open();
            // Readers wait, too: one that meets a commit in the middle of the log's header holds the writer's lock for
            // a moment.
            raw.sqlite3_busy_timeout(Handle, (int)_wait.TotalMilliseconds);
        }
        catch (SqliteException exception)
        {
            _connection.Dispose();
            throw SqliteFailure.Of(
                exception.SqliteErrorCode, exception.SqliteExtendedErrorCode, exception.Message, path);
        }
    }

    /// <summary>Path of the file.</summary>
    public string Path { get; }

    /// <summary>SQLite's own handle.</summary>
    public sqlite3 Handle => _connection.Handle!;

    /// <summary>
    /// Whether SQLite could open the file only for reading. It reports this only at the first write.
    /// </summary>
    public bool IsReadOnly => raw.sqlite3_db_readonly(Handle, "main") == 1;

    /// <summary>Prepares one statement.</summary>
    public Statement Prepare(string sql) => new(this, sql);

    /// <summary>Runs one statement and ignores its rows.</summary>
    public void Execute(string sql)
    {
        using var statement = Prepare(sql);
        statement.Run();
    }

    /// <summary>Runs one statement, for the first column of its first row.</summary>
    public long Integer(string sql)
    {
        using var statement = Prepare(sql);
        return statement.RunForInteger();
    }

    /// <summary>A statement that runs often. It is prepared once and belongs to the connection.</summary>
    public Statement Often(string sql)
    {
        if (!_often.TryGetValue(sql, out var statement))
        {
            _often.Add(sql, statement = Prepare(sql));
        }

        return statement;
    }

    /// <summary>Runs one statement, for the first column of its first row.</summary>
    public string Text(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Text(0) ?? "" : "";
    }

    /// <summary>
    /// Rolls back the transaction, if there still is one: after some failures SQLite has ended it by itself.
    /// </summary>
    public void Rollback()
    {
        if (raw.sqlite3_get_autocommit(Handle) == 0)
        {
            Execute("ROLLBACK");
        }
    }

    /// <summary>
    /// Moves the log into the file, as far as no reader needs it, and without a wait for readers. If all of it was
    /// moved, the log starts again at its beginning and does not grow.
    /// </summary>
    public void Checkpoint()
    {
        raw.sqlite3_busy_timeout(Handle, 0);
        try
        {
            Execute("PRAGMA wal_checkpoint(RESTART)");
        }
        finally
        {
            raw.sqlite3_busy_timeout(Handle, (int)_wait.TotalMilliseconds);
        }
    }

    /// <summary>
    /// Sets whether the last connection that closes moves the log into the file and deletes it.
    /// </summary>
    public void EndLogOnClose(bool end) =>
        raw.sqlite3_db_config(Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, end ? 0 : 1, out _);

    public void Dispose()
    {
        foreach (var statement in _often.Values)
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }
}
