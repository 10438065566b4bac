using System.Collections.Concurrent;
using Embeddings.Storage.Filtering;
using Embeddings.Storage.InMemory;
using Embeddings.Vectors.Index;
using Microsoft.Extensions.Logging;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// A store in one SQLite file, with every vector also in memory for exact search. It needs about 5.3 bytes of memory
/// for each number of a vector, and about 300 bytes for each document beside its metadata.
/// </summary>
public sealed partial class SqliteDocumentStore : IDocumentStore
{
    // Memory that collections leave free, as a part of all and in bytes at most: a server without memory to embed a
    // text is of no use.
    private const int PartForRequests = 8;
    private const long MostForRequests = 64 << 20;

    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, SqliteCollection> _collections = new(StringComparer.Ordinal);
    private readonly StoreFile _file;
    private readonly Readers _readers;
    private readonly GroupCommitter _committer;
    private readonly CollectionLoader _loader;
    private readonly LongReads _reads;
    private readonly SqliteStoreSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private int _disposed;

    private SqliteDocumentStore(StoreFile file, SqliteStoreSettings settings, TimeProvider time, ILogger logger)
    {
        (_file, _settings, _time, _logger) = (file, settings, time, logger);
        _readers = new Readers(file);
        _loader = new CollectionLoader(_readers, file.Path);
        _reads = new LongReads(settings, file.Path, time, logger);
        _committer = new GroupCommitter(file, _reads, Name);
    }

    /// <inheritdoc/>
    public StoreCapabilities Capabilities =>
        StoreCapabilities.Backup | StoreCapabilities.Reembedding | StoreCapabilities.FaissExport;

    /// <summary>Commits so far.</summary>
    internal long Commits => _file.Commits;

    /// <summary>Opens the file, or creates it, and loads every vector.</summary>
    /// <exception cref="StoreUnusableException">
    /// The file is damaged, belongs to another program, or is in use by another process. It was not changed.
    /// </exception>
    /// <exception cref="StoreUnwritableException">Nothing can be written there.</exception>
    public static Task<SqliteDocumentStore> OpenAsync(
        SqliteStoreSettings settings, TimeProvider time, ILogger<SqliteDocumentStore> logger,
        CancellationToken cancellationToken) =>
        OpenAsync(settings, time, logger, Schema.Steps, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<IDocumentCollection>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<IDocumentCollection>>(
        [.. _collections.Values.OrderBy(collection => collection.Info.Name, StringComparer.Ordinal)]);

    /// <inheritdoc/>
    public Task<IDocumentCollection?> FindAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult<IDocumentCollection?>(_collections.GetValueOrDefault(name));

    /// <inheritdoc/>
    public Task<long> GetDiskBytesAsync(CancellationToken cancellationToken) =>
        Task.FromResult(LengthOf(_file.Path) + LengthOf($"{_file.Path}-wal"));

    /// <inheritdoc/>
    public async Task<(IDocumentCollection Collection, bool Created)> CreateAsync(
        string name, CollectionSettings settings, CancellationToken cancellationToken)
    {
        ArgumentCheck.Collection(name, settings);
        return await _committer.RunAsync<(IDocumentCollection, bool)>(
            1,
            transaction => Find(transaction, name) is { } existing
                ? (existing, false)
                : (Create(transaction, name, settings), true),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IDocumentCollection> UpsertAsync(
        string name, CollectionSettings settings, IReadOnlyList<Document> documents,
        CancellationToken cancellationToken)
    {
        ArgumentCheck.Collection(name, settings);
        ArgumentCheck.Documents(documents, settings.Dimensions);
        return await _committer.RunAsync(documents.Count, transaction =>
        {
            var collection = Find(transaction, name) is not { } existing ? Create(transaction, name, settings)
                : existing.Info.Settings == settings ? existing : throw new CollectionExistsException(existing.Info);
            collection.Put(transaction, documents);
            return collection;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> DropAsync(string name, CancellationToken cancellationToken) =>
        _committer.RunAsync(1, transaction =>
    {
        if (Find(transaction, name) is not { } collection)
        {
            return false;
        }

        transaction.Drop(collection);
        return true;
    }, cancellationToken);

    /// <inheritdoc/>
    public Task<Stream> BackupAsync(CancellationToken cancellationToken) => Task.Factory.StartNew<Stream>(
        () => Backup.Make(_file, cancellationToken),
        cancellationToken,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _committer.DisposeAsync();
        foreach (var collection in _collections.Values)
        {
            collection.ReleaseRows();
        }

        _readers.Dispose();
        _file.Dispose();
    }

    /// <summary>The same with other steps of migration, for tests.</summary>
    internal static async Task<SqliteDocumentStore> OpenAsync(
        SqliteStoreSettings settings, TimeProvider time, ILogger<SqliteDocumentStore> logger,
        IReadOnlyList<Action<Connection>> steps, CancellationToken cancellationToken)
    {
        var store = new SqliteDocumentStore(StoreFile.Open(settings, steps), settings, time, logger);
        try
        {
            await store.LoadAsync(cancellationToken);
            store._file.Accept();
            store.DropUnfinished();
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    private SqliteCollection Create(WriteTransaction transaction, string name, CollectionSettings settings)
    {
        var row = new CollectionRow(
            transaction.NewKey(), name, settings.Model, settings.Dimensions, $"{settings.Metric}",
            _time.GetUtcNow().ToUnixTimeMilliseconds(), 0, 0);
        var collection = Make(
            row,
            new CollectionState(
                new FlatIndex(settings.Dimensions, settings.Metric), EntryTable.Empty, new FieldNames(), 0));
        transaction.Create(collection);
        return collection;
    }

    private SqliteCollection? Find(WriteTransaction transaction, string name) =>
        transaction.Names.TryGetValue(name, out var changed) ? changed : _collections.GetValueOrDefault(name);

    private SqliteCollection Make(CollectionRow row, CollectionState state) =>
        new(row, state, _committer, _readers, _loader, _reads, _file.Path);

    private void Name(string name, SqliteCollection? collection)
    {
        if (collection is null)
        {
            _collections.TryRemove(name, out _);
        }
        else
        {
            _collections[name] = collection;
        }
    }

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

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

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
