using Embeddings.Storage.Filtering;

namespace Embeddings.Storage;

/// <summary>
/// Documents under ids of the caller's, with their vectors. A write is all or nothing. Safe for any number of threads.
/// <para>
/// Unless it says otherwise a method throws <see cref="CollectionNotFoundException"/> once the collection has been
/// dropped, <see cref="CollectionReplacedException"/> once <see cref="ReembedAsync"/> has put another in its place,
/// <see cref="CollectionNotLoadedException"/> when the store cannot search the collection, and
/// <see cref="StoreException"/> when the store fails.
/// </para>
/// </summary>
public interface IDocumentCollection
{
    /// <summary>Name, settings and time of creation. They never change.</summary>
    CollectionInfo Info { get; }

    /// <summary>
    /// Number of documents, size, and what is wrong, if anything. Of a collection that was dropped or replaced it is
    /// the last status; of one that is not loaded it is what is known.
    /// </summary>
    /// <exception cref="StoreException">The store failed.</exception>
    Task<CollectionStatus> GetStatusAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Adds documents, or replaces those that have their ids. Of an id that occurs twice the last document stays.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A vector has another length or a number that is not finite, or an id or text is not valid Unicode.
    /// </exception>
    Task UpsertAsync(IReadOnlyList<Document> documents, CancellationToken cancellationToken);

    /// <summary>Deletes the documents that have these ids.</summary>
    /// <returns>How many documents were deleted.</returns>
    Task<int> DeleteAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken);

    /// <summary>Deletes the documents that match a filter.</summary>
    /// <returns>How many documents were deleted.</returns>
    Task<int> DeleteAsync(Filter filter, CancellationToken cancellationToken);

    /// <summary>
    /// Sets one field of the metadata of many documents, in one step. Everything else of the documents stays as it is.
    /// Other writes wait meanwhile: about 3 s for 100,000 documents.
    /// </summary>
    /// <param name="field">Name of a field of the metadata object itself, not of an object in it.</param>
    /// <param name="values">The value of each document, by id; null takes the field away.</param>
    /// <param name="cancellationToken">Cancels it before it begins.</param>
    /// <returns>How many of the ids have a document.</returns>
    /// <exception cref="MetadataException">The field cannot be in metadata, and nothing was set.</exception>
    Task<int> SetFieldAsync(
        string field, IReadOnlyDictionary<string, MetadataValue?> values, CancellationToken cancellationToken);

    /// <summary>The number of documents that match a filter; of all documents when it is null.</summary>
    Task<long> CountAsync(Filter? filter, CancellationToken cancellationToken);

    /// <summary>
    /// The documents that have these ids, in the order of the ids. Ids without a document are left out.
    /// </summary>
    /// <exception cref="AnswerTooLargeException">The documents are more than one answer may hold.</exception>
    Task<IReadOnlyList<Document>> GetAsync(
        IReadOnlyList<string> ids, DocumentParts parts, CancellationToken cancellationToken);

    /// <summary>
    /// One page of the documents that match a filter. The order of documents stays the same while others are written.
    /// </summary>
    /// <param name="filter">Which documents; null for all.</param>
    /// <param name="cursor"><see cref="DocumentPage.Next"/> of the page before; null for the first page.</param>
    /// <param name="limit">Documents on a page, at least 1.</param>
    /// <param name="parts">What to fetch of each document.</param>
    /// <param name="cancellationToken">Cancels the scan.</param>
    /// <exception cref="ArgumentException">The cursor is none that this store has given.</exception>
    /// <exception cref="AnswerTooLargeException">The documents are more than one answer may hold.</exception>
    Task<DocumentPage> ListAsync(
        Filter? filter, string? cursor, int limit, DocumentParts parts, CancellationToken cancellationToken);

    /// <summary>The nearest documents to each query. Search is exact.</summary>
    /// <returns>
    /// The hits of each query, nearest first; hits with equal scores in the order of the UTF-8 bytes of their ids.
    /// </returns>
    /// <exception cref="ArgumentException">A query has another length, or a number that is not finite.</exception>
    /// <exception cref="AnswerTooLargeException">The documents are more than one answer may hold.</exception>
    Task<IReadOnlyList<IReadOnlyList<DocumentHit>>> SearchAsync(
        SearchRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Every document of one state of the collection, whatever is written meanwhile, in the order of
    /// <see cref="ListAsync"/>. Also reads a collection that is not loaded.
    /// </summary>
    /// <exception cref="ReadEndedException">The caller took the documents too slowly.</exception>
    IAsyncEnumerable<Document> ReadAllAsync(DocumentParts parts, CancellationToken cancellationToken);

    /// <summary>
    /// The number of documents that have no text, or an empty one: <see cref="ReembedAsync"/> can make no vector for
    /// them.
    /// </summary>
    Task<long> CountWithoutTextAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes a new vector for every document from its text. Then, in one step, replaces this collection by one with the
    /// same name, documents and numbers, and the new vectors. Until then this collection is read and written as before,
    /// and what is written is taken along. If it fails, is cancelled, or the process ends, this collection stays as it
    /// is. While it runs it needs memory and disk for a second set of vectors. Needs
    /// <see cref="StoreCapabilities.Reembedding"/>.
    /// </summary>
    /// <returns>The new collection.</returns>
    /// <exception cref="DocumentsWithoutTextException">
    /// Documents have no text, and the request does not say to drop them.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// No index can have these dimensions, the model's id is not valid Unicode, or a new vector has another length or a
    /// number that is not finite.
    /// </exception>
    /// <exception cref="NotSupportedException">The store cannot do it.</exception>
    Task<IDocumentCollection> ReembedAsync(ReembedRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Writes the vectors as an index file of FAISS, with <see cref="Document.Number"/> as their ids.
    /// Needs <see cref="StoreCapabilities.FaissExport"/>.
    /// </summary>
    /// <exception cref="ReadEndedException">The stream took the bytes too slowly.</exception>
    /// <exception cref="NotSupportedException">The store cannot do it.</exception>
    Task WriteFaissAsync(Stream stream, CancellationToken cancellationToken);
}
