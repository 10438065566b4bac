namespace Embeddings.Storage;

/// <summary>
/// Collections of documents and their vectors, kept durably. When the task of a write has completed, the write survives
/// the end of the process and, depending on the store's settings, of the machine; every search that begins afterwards
/// sees it. Safe for any number of threads.
/// </summary>
public interface IDocumentStore : IAsyncDisposable
{
    /// <summary>What the store can do beyond keeping and searching documents.</summary>
    StoreCapabilities Capabilities { get; }

    /// <summary>Classifiers. Needs <see cref="StoreCapabilities.Classifiers"/>.</summary>
    /// <exception cref="NotSupportedException">The store cannot keep them.</exception>
    IClassifierStore Classifiers { get; }

    /// <summary>All collections, by name in ordinal order.</summary>
    /// <exception cref="StoreException">The store failed.</exception>
    Task<IReadOnlyList<IDocumentCollection>> ListAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The collection of a name; null if there is none. As long as the name has the same collection it is the same
    /// object.
    /// </summary>
    /// <exception cref="StoreException">The store failed.</exception>
    Task<IDocumentCollection?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>Bytes that the whole store takes on disk.</summary>
    /// <exception cref="StoreException">The store failed.</exception>
    Task<long> GetDiskBytesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Creates a collection. If the name is taken, returns the existing collection, whatever its settings.
    /// </summary>
    /// <returns>The collection, and whether it was created.</returns>
    /// <exception cref="ArgumentException">
    /// No index can have the settings, or the name or the model's id is not valid Unicode.
    /// </exception>
    /// <exception cref="StoreException">The collection could not be kept.</exception>
    Task<(IDocumentCollection Collection, bool Created)> CreateAsync(
        string name, CollectionSettings settings, CancellationToken cancellationToken);

    /// <summary>
    /// Adds documents as <see cref="IDocumentCollection.UpsertAsync"/> does. If the collection does not exist, the same
    /// write creates it; if the write fails, there is no collection either.
    /// </summary>
    /// <returns>The collection.</returns>
    /// <exception cref="CollectionExistsException">The collection exists with other settings.</exception>
    /// <exception cref="ArgumentException">
    /// As for <see cref="CreateAsync"/> and <see cref="IDocumentCollection.UpsertAsync"/>.
    /// </exception>
    /// <exception cref="StoreException">The documents could not be kept.</exception>
    Task<IDocumentCollection> UpsertAsync(
        string name, CollectionSettings settings, IReadOnlyList<Document> documents,
        CancellationToken cancellationToken);

    /// <summary>Deletes a collection with all its documents.</summary>
    /// <returns>False if there was none of the name.</returns>
    /// <exception cref="StoreException">The deletion could not be kept.</exception>
    Task<bool> DropAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// A copy of all collections at one moment, whatever is written meanwhile. It takes room on the disk until the
    /// stream is disposed of. Needs <see cref="StoreCapabilities.Backup"/>.
    /// </summary>
    /// <exception cref="StoreException">The copy could not be made.</exception>
    /// <exception cref="NotSupportedException">The store cannot do it.</exception>
    Task<Stream> BackupAsync(CancellationToken cancellationToken);
}

/// <summary>What a store may be able to do beyond keeping and searching documents.</summary>
[Flags]
public enum StoreCapabilities
{
    /// <summary>Nothing more.</summary>
    None = 0,

    /// <summary><see cref="IDocumentStore.BackupAsync"/>.</summary>
    Backup = 1,

    /// <summary><see cref="IDocumentCollection.ReembedAsync"/>.</summary>
    Reembedding = 2,

    /// <summary><see cref="IDocumentCollection.WriteFaissAsync"/>, and <see cref="Document.Number"/>.</summary>
    FaissExport = 4,

    /// <summary><see cref="IDocumentStore.Classifiers"/>.</summary>
    Classifiers = 8,
}
