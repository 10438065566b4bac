namespace Embeddings.Storage;

/// <summary>
/// Collections of documents and their vectors, kept durably: when a task of a write has completed, the write survives the end of the process
/// and, as set, of the machine, and every search that begins afterwards sees it. Safe for any number of threads.
/// </summary>
public interface IDocumentStore : IAsyncDisposable
{
    /// <summary>All collections, by name.</summary>
    IReadOnlyList<IDocumentCollection> Collections { get; }

    /// <summary>Bytes of the files on disk.</summary>
    long DiskBytes { get; }

    /// <summary>The collection of a name, or null.</summary>
    IDocumentCollection? Find(string name);

    /// <summary>Makes a collection, or finds the one that has the name, whatever its settings.</summary>
    /// <returns>The collection, and whether it is new.</returns>
    /// <exception cref="ArgumentException">Settings that no index can have; a name or model that is no Unicode.</exception>
    /// <exception cref="StoreException">It could not be kept.</exception>
    Task<(IDocumentCollection Collection, bool Created)> CreateAsync(string name, CollectionSettings settings, CancellationToken cancellationToken);

    /// <summary>
    /// Adds documents as <see cref="IDocumentCollection.UpsertAsync"/> does, to a collection that is made by the same write if it is not there: if it fails,
    /// there is no collection either.
    /// </summary>
    /// <returns>The collection.</returns>
    /// <exception cref="CollectionExistsException">There is one with other settings.</exception>
    /// <exception cref="ArgumentException">As for <see cref="CreateAsync"/> and <see cref="IDocumentCollection.UpsertAsync"/>.</exception>
    /// <exception cref="StoreException">It could not be kept.</exception>
    Task<IDocumentCollection> UpsertAsync(string name, CollectionSettings settings, IReadOnlyList<Document> documents, CancellationToken cancellationToken);

    /// <summary>Deletes a collection with all its documents.</summary>
    /// <returns>False when there was none.</returns>
    /// <exception cref="StoreException">It could not be kept.</exception>
    Task<bool> DropAsync(string name, CancellationToken cancellationToken);

    /// <summary>A copy of all collections at one moment, whatever is written meanwhile. It takes room on the disk until the stream is closed.</summary>
    /// <exception cref="StoreException">It could not be made.</exception>
    Task<Stream> BackupAsync(CancellationToken cancellationToken);
}
