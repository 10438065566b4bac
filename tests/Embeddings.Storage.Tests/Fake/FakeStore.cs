using System.Collections.Concurrent;

namespace Embeddings.Storage.Tests.Fake;

/// <summary>
/// The least that the contract asks for, in lists: it shows that the contract asks for nothing that only SQLite has. It
/// keeps its documents as long as the test process runs.
/// </summary>
internal sealed class FakeStore : IDocumentStore
{
    private static readonly ConcurrentDictionary<string, FakeStore> Stores = [];

    private readonly SortedDictionary<string, FakeCollection> _collections = new(StringComparer.Ordinal);

    public StoreCapabilities Capabilities => StoreCapabilities.Classifiers;

    public IClassifierStore Classifiers { get; } = new FakeClassifiers();

    public static FakeStore Open(string folder) => Stores.GetOrAdd(folder, _ => new FakeStore());

    public Task<IReadOnlyList<IDocumentCollection>> ListAsync(CancellationToken cancellationToken)
    {
        lock (_collections)
        {
            return Task.FromResult<IReadOnlyList<IDocumentCollection>>([.. _collections.Values]);
        }
    }

    public Task<IDocumentCollection?> FindAsync(string name, CancellationToken cancellationToken)
    {
        lock (_collections)
        {
            return Task.FromResult<IDocumentCollection?>(_collections.GetValueOrDefault(name));
        }
    }

    public Task<long> GetDiskBytesAsync(CancellationToken cancellationToken) => Task.FromResult(0L);

    public async Task<(IDocumentCollection Collection, bool Created)> CreateAsync(
        string name, CollectionSettings settings, CancellationToken cancellationToken)
    {
        ArgumentCheck.Collection(name, settings);
        await Task.CompletedTask;
        lock (_collections)
        {
            return FindOrCreate(name, settings);
        }
    }

    public async Task<IDocumentCollection> UpsertAsync(
        string name, CollectionSettings settings, IReadOnlyList<Document> documents,
        CancellationToken cancellationToken)
    {
        ArgumentCheck.Collection(name, settings);
        ArgumentCheck.Documents(documents, settings.Dimensions);
        FakeCollection collection;
        lock (_collections)
        {
            (collection, _) = FindOrCreate(name, settings);
        }

        if (collection.Info.Settings != settings)
        {
            throw new CollectionExistsException(collection.Info);
        }

        await collection.UpsertAsync(documents, cancellationToken);
        return collection;
    }

    public async Task<bool> DropAsync(string name, CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        lock (_collections)
        {
            if (!_collections.Remove(name, out var collection))
            {
                return false;
            }

            collection.Drop();
            return true;
        }
    }

    public Task<Stream> BackupAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private (FakeCollection Collection, bool Created) FindOrCreate(string name, CollectionSettings settings)
    {
        if (_collections.TryGetValue(name, out var existing))
        {
            return (existing, false);
        }

        var collection = new FakeCollection(new CollectionInfo(name, settings, TimeProvider.System.GetUtcNow()));
        _collections.Add(name, collection);
        return (collection, true);
    }
}
