namespace Embeddings.Storage;

/// <summary>
/// The store failed. The message is a sentence for whoever runs the server; it may name paths of the machine, so it
/// must not be sent to clients.
/// </summary>
public class StoreException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The disk has no room for a write. Nothing of the write was kept. The next write succeeds once there is room.
/// </summary>
public sealed class StoreFullException(string message, Exception? inner = null) : StoreException(message, inner);

/// <summary>
/// The store ended a read of a whole collection early. The reader was too slow, and the store kept too much for its
/// sake.
/// </summary>
public sealed class ReadEndedException(string collection)
    : StoreException($"The export of collection '{collection}' was ended: it was taken too slowly while others wrote.");

/// <summary>
/// The documents of a collection are not in memory, most likely because there is too little of it. Nothing is lost:
/// <see cref="IDocumentCollection.ReadAllAsync"/> reads them, the collection can be dropped, and the next start tries
/// to load it again.
/// </summary>
public sealed class CollectionNotLoadedException(string name, long documents, Exception? inner = null) : StoreException(
    $"Collection '{name}' is not loaded: the server has no memory for its {documents} documents. They are kept on " +
    "disk, and can be exported or deleted with the collection. " +
    "Give the server more memory, or delete others, and restart it.", inner)
{
    /// <summary>Documents of the collection.</summary>
    public long Documents => documents;

    /// <summary>A copy to throw: a stack trace belongs to one throw.</summary>
    internal CollectionNotLoadedException Again() => new(name, documents, this);
}

/// <summary>
/// Another program has held the lock of the file for too long. Nothing of the write was kept. The next write succeeds
/// once the lock is free.
/// </summary>
public sealed class StoreBusyException(string message, Exception? inner = null) : StoreException(message, inner);

/// <summary>
/// The file cannot be trusted any more: it was replaced, removed or written to by somebody else, or the disk failed.
/// Nothing of this write was kept, and nothing more is written until the store is opened again.
/// </summary>
public sealed class StoreStoppedException(string message, Exception? inner = null) : StoreException(message, inner);

/// <summary>The file is damaged, is somebody else's, or is in use. It was left as it is.</summary>
public sealed class StoreUnusableException(string message, Exception? inner = null) : StoreException(message, inner);

/// <summary>The file or its folder cannot be written to.</summary>
public sealed class StoreUnwritableException(string message, Exception? inner = null) : StoreException(message, inner);

/// <summary>
/// The collection has moved to another model, and its name has a new collection. Nothing was done: find the new
/// collection and do it again.
/// </summary>
public sealed class CollectionReplacedException(string name) : Exception(
    $"Collection '{name}' has moved to another model.");

/// <summary>The documents of an answer are larger than one answer may be.</summary>
public sealed class AnswerTooLargeException(long bytes, long most) : Exception(
    $"The documents that were found have {bytes >> 20} MB, and an answer may have {most >> 20} MB. Ask for fewer at " +
    "a time, or for fewer parts of them.");

/// <summary>Documents have no text that a vector could be made from.</summary>
public sealed class DocumentsWithoutTextException(string collection, long count)
    : Exception($"{count} {(count == 1 ? "document" : "documents")} of collection '{collection}' {(count == 1 ? "has" : "have")} no text to embed.")
{
    /// <summary>How many there are.</summary>
    public long Count => count;
}

/// <summary>There is a collection of the name that was made with other settings. Nothing was written.</summary>
public sealed class CollectionExistsException(CollectionInfo existing) : Exception(
    $"There is a collection '{existing.Name}' with other settings.")
{
    /// <summary>The one that is there.</summary>
    public CollectionInfo Existing => existing;
}

/// <summary>The collection has been dropped.</summary>
public sealed class CollectionNotFoundException(string name) : Exception($"There is no collection '{name}'.")
{
    /// <summary>Its name.</summary>
    public string Name => name;
}
