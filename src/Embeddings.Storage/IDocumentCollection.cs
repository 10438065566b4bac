using Embeddings.Storage.Filtering;

namespace Embeddings.Storage;

/// <summary>
/// Documents under ids of the caller's, with their vectors. Every method throws <see cref="CollectionNotFoundException"/> once the collection has
/// been dropped, <see cref="CollectionReplacedException"/> once <see cref="ReembedAsync"/> has put another in its place, and
/// <see cref="CollectionNotLoadedException"/> when it is not in memory, and <see cref="StoreException"/> when the store fails. Writes are all or nothing.
/// </summary>
public interface IDocumentCollection
{
    /// <summary>What its name is, how it compares vectors, and when it was made.</summary>
    CollectionInfo Info { get; }

    /// <summary>Documents in it.</summary>
    long Count { get; }

    /// <summary>What it takes.</summary>
    CollectionSize Size { get; }

    /// <summary>Why it can be neither searched nor written to, as every method but <see cref="ReadAllAsync"/> says; null when it can.</summary>
    CollectionNotLoadedException? Problem { get; }

    /// <summary>Adds documents or replaces those that have their ids; of an id that occurs twice the last stays.</summary>
    /// <exception cref="ArgumentException">A vector of another length, or with a number that is not finite; an id or text that is no Unicode.</exception>
    Task UpsertAsync(IReadOnlyList<Document> documents, CancellationToken cancellationToken);

    /// <summary>Deletes the documents that have these ids.</summary>
    /// <returns>How many there were.</returns>
    Task<int> DeleteAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken);

    /// <summary>Deletes the documents that a filter lets through.</summary>
    /// <returns>How many there were.</returns>
    Task<int> DeleteAsync(Filter filter, CancellationToken cancellationToken);

    /// <summary>How many documents a filter lets through.</summary>
    Task<long> CountAsync(Filter? filter, CancellationToken cancellationToken);

    /// <summary>The documents that have these ids, in this order; ids that nobody has are left out.</summary>
    Task<IReadOnlyList<Document>> GetAsync(IReadOnlyList<string> ids, DocumentParts parts, CancellationToken cancellationToken);

    /// <summary>A page of the documents that a filter lets through, in an order that stays.</summary>
    /// <param name="filter">Which; null for all.</param>
    /// <param name="after">The number of the last document of the page before; 0 for the first page.</param>
    /// <param name="limit">At most so many, at least 1.</param>
    /// <param name="parts">What to fetch of each.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<IReadOnlyList<Document>> ListAsync(Filter? filter, long after, int limit, DocumentParts parts, CancellationToken cancellationToken);

    /// <summary>The nearest documents to each query, exactly.</summary>
    /// <returns>For each query its documents, nearest first, equal scores by id in the order of its UTF-8 bytes.</returns>
    /// <exception cref="ArgumentException">A query of another length, or with a number that is not finite.</exception>
    Task<IReadOnlyList<IReadOnlyList<DocumentHit>>> SearchAsync(SearchRequest request, CancellationToken cancellationToken);

    /// <summary>Every document of one state of the collection, whatever is written meanwhile, in the order of <see cref="ListAsync"/>.</summary>
    /// <exception cref="ReadEndedException">It was taken too slowly.</exception>
    IAsyncEnumerable<Document> ReadAllAsync(DocumentParts parts, CancellationToken cancellationToken);

    /// <summary>How many documents have no text, or an empty one: <see cref="ReembedAsync"/> can make no vector for them.</summary>
    Task<long> CountWithoutTextAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes a new vector for every document from its text, and then, in one step, puts a collection of the same name, documents and numbers, with these vectors, in the
    /// place of this one. Until then this one is read and written as ever; what is written meanwhile is taken along. If it fails, is cancelled, or the
    /// process ends, this collection is as if it had never begun. Needs memory and disk for a second set of vectors while it runs.
    /// </summary>
    /// <returns>The new collection.</returns>
    /// <exception cref="DocumentsWithoutTextException">Documents have no text, and they are not to be dropped.</exception>
    /// <exception cref="ArgumentException">Dimensions that no index can have, a model that is no Unicode, or a made vector that does not fit.</exception>
    Task<IDocumentCollection> ReembedAsync(ReembedRequest request, CancellationToken cancellationToken);

    /// <summary>Writes the vectors as an index file of FAISS, whose ids are <see cref="Document.Number"/>.</summary>
    /// <exception cref="ReadEndedException">The stream was too slow.</exception>
    Task WriteFaissAsync(Stream stream, CancellationToken cancellationToken);
}
