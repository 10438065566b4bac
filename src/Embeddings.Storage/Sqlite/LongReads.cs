using Microsoft.Extensions.Logging;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// Reads whose duration depends on how fast the reader takes them, such as exports. Each reads one state, which is kept
/// for it meanwhile: SQLite's log grows because it cannot start again, or overwritten rows stay in memory. Reads that
/// are too slow are ended. Safe for any number of threads.
/// </summary>
internal sealed partial class LongReads(SqliteStoreSettings settings, string path, TimeProvider time, ILogger logger)
{
    private readonly HashSet<LongRead> _running = [];
    private long _written;

    /// <summary>Begins a read that keeps a state of the file.</summary>
    /// <param name="collection">Name of the collection.</param>
    /// <param name="end">Releases the state. Called at most once, on another thread.</param>
    public LongRead BeginOnFile(string collection, Action end) =>
        Begin(new LongRead(this, collection, end, time.GetTimestamp(), null));

    /// <summary>Begins a read that keeps a state of the memory.</summary>
    /// <param name="collection">Name of the collection.</param>
    /// <param name="end">Releases the state. Called at most once, on another thread.</param>
    public LongRead BeginInMemory(string collection, Action end) =>
        Begin(new LongRead(this, collection, end, time.GetTimestamp(), Volatile.Read(ref _written)));

    /// <summary>Called after each commit. Ends the reads that are too slow.</summary>
    /// <param name="vectorBytes">Bytes of vectors that the commit has written.</param>
    public void EndSlow(long vectorBytes)
    {
        Volatile.Write(ref _written, _written + vectorBytes);
        List<LongRead> slow;
        lock (_running)
        {
            slow =
            [
                .. _running.Where(read =>
                    time.GetElapsedTime(read.Start) >= settings.LongestRead
                        && KeptBytes(read) > settings.MostBytesKept),
            ];
            _running.ExceptWith(slow);
        }

        foreach (var read in slow)
        {
            LogEnded(read.Collection, time.GetElapsedTime(read.Start).TotalSeconds, settings.MostBytesKept >> 20);
            read.EndNow();
        }
    }

    private LongRead Begin(LongRead read)
    {
        lock (_running)
        {
            _running.Add(read);
        }

        return read;
    }

    private void Remove(LongRead read)
    {
        lock (_running)
        {
            _running.Remove(read);
        }
    }

    private long KeptBytes(LongRead read) =>
        read.WrittenBefore is { } before
            ? _written - before
            : new FileInfo($"{path}-wal") is { Exists: true } log ? log.Length : 0;

    [LoggerMessage(
        LogLevel.Warning,
        "An export of {Collection} was ended after {Seconds:0} s: whoever takes it is too slow, and more than " +
        "{Megabytes} MB were kept for it. What it has sent is incomplete")]
    private partial void LogEnded(string collection, double seconds, long megabytes);

    /// <summary>A read that runs.</summary>
    internal sealed class LongRead(LongReads all, string collection, Action end, long start, long? writtenBefore)
        : IDisposable
    {
        private readonly Lock _lock = new();
        private bool _isOver;

        public string Collection => collection;

        public long Start => start;

        /// <summary>
        /// Bytes of vectors written before the read began; null for a read of the file, for which the log grows
        /// instead.
        /// </summary>
        public long? WrittenBefore => writtenBefore;

        /// <summary>Whether it was ended because it was too slow.</summary>
        public bool IsEnded { get; private set; }

        /// <exception cref="ReadEndedException">It was too slow.</exception>
        public void ThrowIfEnded()
        {
            if (IsEnded)
            {
                throw new ReadEndedException(collection);
            }
        }

        public void EndNow()
        {
            lock (_lock)
            {
                if (!_isOver)
                {
                    IsEnded = true;
                    end();
                }
            }
        }

        public void Dispose()
        {
            all.Remove(this);
            lock (_lock)
            {
                _isOver = true;
            }
        }
    }
}
