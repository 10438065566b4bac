using Microsoft.Extensions.Logging;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// Reads that last as long as whoever takes them is slow. Each shows one state, which is kept for it: the log cannot be
/// used again from its beginning, and rows that were overwritten stay in memory. Those that are too slow are ended.
/// Safe for any number of threads.
/// </summary>
internal sealed partial class LongReads(SqliteStoreSettings settings, string path, TimeProvider time, ILogger logger)
{
    private readonly HashSet<LongRead> _running = [];
    private long _written;

    /// <summary>Begins one that keeps a state of the file.</summary>
    /// <param name="collection">Name of what is read.</param>
    /// <param name="end">Gives the state back; called once, on another thread.</param>
    public LongRead BeginOnFile(string collection, Action end) =>
        Begin(new LongRead(this, collection, end, time.GetTimestamp(), null));

    /// <summary>Begins one that keeps a state of the memory.</summary>
    /// <param name="collection">Name of what is read.</param>
    /// <param name="end">Gives the state back; called once, on another thread.</param>
    public LongRead BeginInMemory(string collection, Action end) =>
        Begin(new LongRead(this, collection, end, time.GetTimestamp(), Volatile.Read(ref _written)));

    /// <summary>After each commit: ends those that are too slow.</summary>
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
                    time.GetElapsedTime(read.Start) >= settings.LongestRead && KeptBytes(read) > settings.MostBytesKept),
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

    /// <summary>One that runs.</summary>
    internal sealed class LongRead(LongReads all, string collection, Action end, long start, long? writtenBefore)
        : IDisposable
    {
        private readonly Lock _lock = new();
        private bool _isOver;

        public string Collection => collection;

        public long Start => start;

        /// <summary>Bytes of vectors written before it began; null where the log is what grows for it.</summary>
        public long? WrittenBefore => writtenBefore;

        /// <summary>Whether it was too slow.</summary>
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
