using System.Collections.Concurrent;

namespace Embeddings.Storage.Sqlite;

/// <summary>Connections that only read: as many as read at a time, and some are kept for the next.</summary>
/// <param name="file">What is read.</param>
internal sealed class Readers(StoreFile file) : IDisposable
{
    private const int MostKept = 32;

    private readonly ConcurrentBag<Reader> _idle = [];

    /// <summary>A reader on one state of the file, until it is disposed.</summary>
    public Reader Enter()
    {
        var reader = _idle.TryTake(out var kept) ? kept : new Reader(Connect(), this);
        try
        {
            reader.Begin();
            return reader;
        }
        catch
        {
            reader.Close();
            throw;
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var reader))
        {
            reader.Close();
        }
    }

    private Connection Connect()
    {
        // Those that are open stay with the file they have; a new one would read whatever has its name now.
        file.ThrowIfReplaced();
        return new Connection(file.Path);
    }

    /// <summary>One state of the file. For one thread at a time.</summary>
    internal sealed class Reader(Connection connection, Readers pool) : IDisposable
    {
        // Of collections that are gone there may be some among them.
        private const int MostStatements = 64;

        private readonly Dictionary<long, RowReader> _rows = [];

        public void Begin()
        {
            connection.Execute("BEGIN");
            // SQLite takes the state at the first read, not here.
            connection.Integer("SELECT commits FROM state");
        }

        /// <summary>Rows of the table of a collection.</summary>
        public RowReader Rows(long key)
        {
            if (!_rows.TryGetValue(key, out var rows))
            {
                rows = new RowReader(connection, key);
                _rows.Add(key, rows);
            }

            return rows;
        }

        /// <summary>Rows of a collection that have no text, or an empty one.</summary>
        public long CountWithoutText(long key) => connection.Integer($"SELECT count(*) FROM {Schema.DocumentTable(key)} WHERE text IS NULL OR text = ''");

        /// <summary>One more than the largest slot in use.</summary>
        public int End(long key)
        {
            // With a look at that row's checksum: room is made for as many.
            var rows = Rows(key);
            var end = rows.Last() ? rows.Slot + 1 : 1;
            rows.End();
            return end;
        }

        public void Dispose()
        {
            try
            {
                foreach (var rows in _rows.Values)
                {
                    rows.End();
                }

                connection.Execute("COMMIT");
            }
            catch (StoreException)
            {
                Close();
                return;
            }

            if (pool._idle.Count < MostKept && _rows.Count <= MostStatements)
            {
                pool._idle.Add(this);
            }
            else
            {
                Close();
            }
        }

        public void Close()
        {
            foreach (var rows in _rows.Values)
            {
                rows.Dispose();
            }

            connection.Dispose();
        }
    }
}
