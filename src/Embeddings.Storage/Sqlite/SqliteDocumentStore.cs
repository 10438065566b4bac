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
        Classifiers = new SqliteClassifiers(_committer, _readers, file.Path);
    }

    /// <inheritdoc/>
    public StoreCapabilities Capabilities =>
        StoreCapabilities.Backup | StoreCapabilities.Reembedding | StoreCapabilities.FaissExport
        | StoreCapabilities.Classifiers;

    /// <inheritdoc/>
    public IClassifierStore Classifiers { get; }

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
            _time.GetUtcNow().ToUnixTimeMilliseconds(), 0, 0)
        {
            DocumentPrompt = settings.DocumentPrompt,
            QueryPrompt = settings.QueryPrompt,
        };
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

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
