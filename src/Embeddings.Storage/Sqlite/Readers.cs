using System.Collections.Concurrent;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// A pool of connections that only read. There are as many as there are reads at a time; up to 32 idle ones are kept.
/// </summary>
/// <param name="file">The file to read.</param>
internal sealed class Readers(StoreFile file) : IDisposable
{
    private const int MostKept = 32;
    private const int MostStatements = 64;

    private readonly ConcurrentBag<Kept> _idle = [];

    /// <summary>
    /// A reader of one state of the file. It takes a connection, and the state, with its first read, and keeps both
    /// until it is disposed of.
    /// </summary>
    public Reader Enter() => new(this);

    /// <summary>A reader of the current state.</summary>
    public Reader EnterNow()
    {
        var reader = Enter();
        reader.Begin();
        return reader;
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var kept))
        {
            kept.Dispose();
        }
    }

    private Kept Take()
    {
        if (_idle.TryTake(out var kept))
        {
            return kept;
        }

        // Open connections keep the file that they have opened. A new one would read whatever file has the name now.
        file.ThrowIfReplaced();
        return new Kept(new Connection(file.Path));
    }

    private void Return(Kept kept)
    {
        if (_idle.Count < MostKept && kept.Rows.Count <= MostStatements)
        {
            _idle.Add(kept);
        }
        else
        {
            kept.Dispose();
        }
    }

    /// <summary>A reader of one state of the file. For one thread at a time.</summary>
    internal sealed class Reader(Readers pool) : IDisposable
    {
        private Kept? _kept;

        public void Begin()
        {
            if (_kept is not null)
            {
                return;
            }

            var kept = pool.Take();
            try
            {
                kept.Connection.Execute("BEGIN");
                // SQLite takes the state with the first read, not with BEGIN.
                kept.Connection.Integer("SELECT commits FROM state");
                _kept = kept;
            }
            catch
            {
                kept.Dispose();
                throw;
            }
        }

        /// <summary>Reads rows of the table of a collection.</summary>
        public RowReader Rows(long key)
        {
            Begin();
            if (!_kept!.Rows.TryGetValue(key, out var rows))
            {
                rows = new RowReader(_kept.Connection, key);
                _kept.Rows.Add(key, rows);
            }

            return rows;
        }

        /// <summary>The connection, for statements of the caller's own.</summary>
        public Connection Connection
        {
            get
            {
                Begin();
                return _kept!.Connection;
            }
        }

        /// <summary>The number of rows of a collection that have no text, or an empty one.</summary>
        public long CountWithoutText(long key)
        {
            Begin();
            return _kept!.Connection.Integer(
                $"SELECT count(*) FROM {Schema.DocumentTable(key)} WHERE text IS NULL OR text = ''");
        }

        /// <summary>One more than the largest slot in use.</summary>
        public int End(long key)
        {
            // The row's checksum is verified, since the caller allocates memory for this many rows.
            var rows = Rows(key);
            var end = rows.Last() ? rows.Slot + 1 : 1;
            rows.End();
            return end;
        }

        public void Dispose()
        {
            if (_kept is not { } kept)
            {
                return;
            }

            _kept = null;
            try
            {
                foreach (var rows in kept.Rows.Values)
                {
                    rows.End();
                }

                kept.Connection.Execute("COMMIT");
            }
            catch (StoreException)
            {
                kept.Dispose();
                return;
            }

            pool.Return(kept);
        }
    }

    /// <summary>
    /// A connection and its statements, by key of the collection. Some may be of collections that are gone.
    /// </summary>
    private sealed class Kept(Connection connection) : IDisposable
    {
        public Connection Connection => connection;

        public Dictionary<long, RowReader> Rows { get; } = [];

        public void Dispose()
        {
            foreach (var rows in Rows.Values)
            {
                rows.Dispose();
            }

            connection.Dispose();
        }
    }
}
