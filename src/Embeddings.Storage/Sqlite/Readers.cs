using System.Collections.Concurrent;

namespace Embeddings.Storage.Sqlite;

/// <summary>Connections that only read: as many as read at a time, and some are kept for the next.</summary>
/// <param name="file">What is read.</param>
internal sealed class Readers(StoreFile file) : IDisposable
{
    private const int MostKept = 32;
    private const int MostStatements = 64;

    private readonly ConcurrentBag<Kept> _idle = [];

    /// <summary>
    /// A reader on one state of the file, from its first read until it is disposed. Who reads nothing takes no
    /// connection.
    /// </summary>
    public Reader Enter() => new(this);

    /// <summary>A reader on the state of now.</summary>
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

        // Those that are open stay with the file they have; a new one would read whatever has its name now.
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

    /// <summary>One state of the file. For one thread at a time.</summary>
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
                // SQLite takes the state at the first read, not here.
                kept.Connection.Integer("SELECT commits FROM state");
                _kept = kept;
            }
            catch
            {
                kept.Dispose();
                throw;
            }
        }

        /// <summary>Rows of the table of a collection.</summary>
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

        /// <summary>Rows of a collection that have no text, or an empty one.</summary>
        public long CountWithoutText(long key)
        {
            Begin();
            return _kept!.Connection.Integer(
                $"SELECT count(*) FROM {Schema.DocumentTable(key)} WHERE text IS NULL OR text = ''");
        }

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
    /// A connection and its statements, by key of the collection; of collections that are gone there may be some among
    /// them.
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
