using System.Text;
using SQLitePCL;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// A prepared statement that gives values as spans: a start may read a million vectors, and ADO.NET would allocate an
/// array for each. Parameters count from 1 and columns from 0, as in SQLite.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly Connection _connection;
    private readonly sqlite3_stmt _statement;

    public Statement(Connection connection, string sql)
    {
        _connection = connection;
        Check(raw.sqlite3_prepare_v2(connection.Handle, sql, out _statement));
    }

    public Statement Bind(int parameter, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, parameter, value));
        return this;
    }

    public Statement Bind(int parameter, string? value)
    {
        Check(value is null
            ? raw.sqlite3_bind_null(_statement, parameter)
            : raw.sqlite3_bind_text(_statement, parameter, value));
        return this;
    }

    /// <summary>Binds bytes as what <paramref name="type"/> says: a text in UTF-8, or a blob.</summary>
    public Statement Bind(int parameter, ReadOnlySpan<byte> value, Bytes type)
    {
        Check((type, value.IsEmpty) switch
        {
            (Bytes.Null, _) => raw.sqlite3_bind_null(_statement, parameter),
            (Bytes.Text, true) => raw.sqlite3_bind_text(_statement, parameter, ""),
            (Bytes.Text, _) => raw.sqlite3_bind_text(_statement, parameter, value),
            _ => raw.sqlite3_bind_blob(_statement, parameter, value),
        });
        return this;
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>False after the last.</returns>
    public bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            var failure = Failure(code);
            raw.sqlite3_reset(_statement);
            throw failure;
        }

        return code == raw.SQLITE_ROW;
    }

    /// <summary>Runs to the end, and is then ready for the next use.</summary>
    public void Run()
    {
        while (Step())
        {
        }

        Reset();
    }

    /// <summary>The same for a statement that returns one whole number. Without a row the number is 0.</summary>
    public long RunForInteger()
    {
        var value = Step() ? Integer(0) : 0;
        Reset();
        return value;
    }

    /// <summary>Ends this use. Parameters keep their values until they are bound again.</summary>
    public void Reset() => raw.sqlite3_reset(_statement);

    public long Integer(int column) => raw.sqlite3_column_int64(_statement, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    /// <summary>The bytes of a text, in UTF-8, or of a blob; until the next step.</summary>
    public ReadOnlySpan<byte> Span(int column) => raw.sqlite3_column_blob(_statement, column);

    public string? Text(int column) => IsNull(column) ? null : Encoding.UTF8.GetString(Span(column));

    public void Dispose() => _statement.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw Failure(code);
        }
    }

    private StoreException Failure(int code) => SqliteFailure.Of(
        code & 0xFF, raw.sqlite3_extended_errcode(_connection.Handle),
        raw.sqlite3_errmsg(_connection.Handle).utf8_to_string(), _connection.Path);
}

/// <summary>The type that bytes are bound as.</summary>
internal enum Bytes
{
    Null,
    Text,
    Blob,
}
