using Embeddings.Storage.InMemory;
using Microsoft.Extensions.Logging;

namespace Embeddings.Storage.Sqlite;

/// <content>The start: loads the collections from the file, as far as they fit into memory.</content>
public sealed partial class SqliteDocumentStore
{
    // Memory that collections leave free, as a part of all and in bytes at most: a server without memory to embed a
    // text is of no use.
    private const int PartForRequests = 8;
    private const long MostForRequests = 64 << 20;

    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(2);

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        var rows = CollectionRow.ReadAll(_file.Writer);
        var total = rows.Sum(row => row.Documents);
        var (done, lastShown) = (0L, start);
        var showing = new Lock();
        var checking = Task.Run(Check, CancellationToken.None);
        try
        {
            // The smallest first, so that as many as possible are loaded when not all fit into memory.
            foreach (var row in rows.OrderBy(row => CollectionState.LeastBytes(row.Documents, row.Dimensions)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                _collections[row.Name] = await Task.Run(() => Load(row, Progress), cancellationToken);
            }
        }
        finally
        {
            await checking;
        }

        LogLoaded(_file.Path, rows.Count, total, _time.GetElapsedTime(start).TotalSeconds);

        void Progress(int documents)
        {
            lock (showing)
            {
                done += documents;
                if (_time.GetElapsedTime(lastShown) >= ProgressEvery)
                {
                    lastShown = _time.GetTimestamp();
                    LogProgress(done, total);
                }
            }
        }
    }

    private SqliteCollection Load(CollectionRow row, Action<int> progress)
    {
        var needed = CollectionState.LeastBytes(row.Documents, row.Dimensions);
        OutOfMemoryException? reason = null;
        if (HasMemoryFor(needed))
        {
            try
            {
                var state = _loader.Load(row, progress);
                // The index also allocates room for further rows, so the free memory is checked again.
                if (HasMemoryFor(0))
                {
                    return Make(row, state);
                }
            }
            catch (OutOfMemoryException exception)
            {
                reason = exception;
            }
        }

        LogNotLoaded(row.Name, row.Documents, needed >> 20);
        return SqliteCollection.NotLoaded(row, _committer, _readers, _loader, _reads, _file.Path, reason);
    }

    // A garbage collection runs only if it may decide the answer.
    private bool HasMemoryFor(long bytes) => _settings.MostMemoryBytes is { } most
        ? bytes <= most - _collections.Values.Sum(collection => collection.Status.MemoryBytes)
        : bytes <= FreeMemoryBytes(isCollected: false) || bytes <= FreeMemoryBytes(isCollected: true);

    private static long FreeMemoryBytes(bool isCollected)
    {
        var all = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return all - GC.GetTotalMemory(isCollected) - Math.Min(all / PartForRequests, MostForRequests);
    }

    private void DropUnfinished()
    {
        try
        {
            if (Schema.DropUnfinished(_file.Writer) is > 0 and var count)
            {
                LogInterrupted(count);
            }
        }
        catch (StoreException exception)
        {
            // Most likely the disk is full. The rest only takes room, and the next start tries again.
            LogUnfinished(exception, _file.Path);
        }
    }

    // Rows have checksums of their own; quick_check verifies the structure of the file around them.
    private void Check()
    {
        using var connection = new Connection(_file.Path);
        if (connection.Text("PRAGMA quick_check(1)") is var result && result != "ok")
        {
            throw new StoreUnusableException(
                $"{_file.Path} is damaged ({result}). It was left as it is: restore it from a copy.");
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "The process ended before {Count} re-embeddings did: those collections are as before, and have to be " +
        "re-embedded again")]
    private partial void LogInterrupted(int count);

    [LoggerMessage(
        LogLevel.Error,
        "Collection {Collection} is not loaded: there is no memory for its {Documents} documents, which take " +
        "{Megabytes} MB at least. It can be exported and deleted, and everything else works. Give the server more " +
        "memory and restart it")]
    private partial void LogNotLoaded(string collection, long documents, long megabytes);

    [LoggerMessage(LogLevel.Information, "Loading collections: {Done} of {Total} documents")]
    private partial void LogProgress(long done, long total);

    [LoggerMessage(
        LogLevel.Warning,
        "Store {Path}: what a re-embedding had not finished could not be removed; the next start tries again")]
    private partial void LogUnfinished(Exception exception, string path);

    [LoggerMessage(
        LogLevel.Information,
        "Store {Path}: {Collections} collections with {Documents} documents loaded in {Seconds:0.00} s")]
    private partial void LogLoaded(string path, int collections, long documents, double seconds);
}
