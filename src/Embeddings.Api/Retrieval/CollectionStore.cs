using Embeddings.Api.Errors;
using Embeddings.Storage;

namespace Embeddings.Api.Retrieval;

/// <summary>There are no collections, since their file cannot be written.</summary>
internal sealed class NoStoreException() : FailureException(
    FailureKind.Unavailable,
    "This server keeps no collections: the place of their file cannot be written. Its log says which; the setting " +
    "Storage:Path names another.");

/// <summary>A collection moves to another model already, or has moved since the request came.</summary>
internal sealed class ReembeddingConflictException(string message) : FailureException(
    FailureKind.ReembeddingRuns, message, "model");

/// <summary>The collections, once the start of the server has opened their store.</summary>
internal sealed class CollectionStore
{
    private IDocumentStore? _store;

    /// <summary>The store.</summary>
    /// <exception cref="NoStoreException">There is none.</exception>
    public IDocumentStore Store => _store ?? throw new NoStoreException();

    /// <summary>Whether there is one.</summary>
    public bool IsOpen => _store is not null;

    /// <summary>Takes the store that was opened. Whoever opened it disposes of it.</summary>
    public void Open(IDocumentStore store) => _store = store;

    /// <summary>The collection of a name.</summary>
    /// <exception cref="CollectionNotFoundException">There is none.</exception>
    public async Task<IDocumentCollection> FindAsync(string name, CancellationToken cancellationToken) =>
        await Store.FindAsync(name, cancellationToken) ?? throw new CollectionNotFoundException(name);

    /// <summary>
    /// Does something with the collection of a name. If the collection moves to another model meanwhile, it is done
    /// again.
    /// </summary>
    /// <exception cref="CollectionNotFoundException">There is none.</exception>
    /// <exception cref="CollectionReplacedException">It moved, and <paramref name="isOnce"/> is true.</exception>
    /// <param name="name">Of the collection.</param>
    /// <param name="action">What to do.</param>
    /// <param name="isOnce">Whether the action brings vectors of its own, which belong to the model before.</param>
    public async Task<T> OnAsync<T>(string name, Func<IDocumentCollection, Task<T>> action, bool isOnce = false)
    {
        while (true)
        {
            try
            {
                return await action(await FindAsync(name, CancellationToken.None));
            }
            catch (CollectionReplacedException) when (!isOnce)
            {
                // Once for each move, which takes much longer than this.
            }
        }
    }

    /// <summary>Says that a collection has other vectors now than those that a request brings.</summary>
    public static ReembeddingConflictException MovedMeanwhile(string name) => new(
        $"Collection '{name}' has moved to another model since this request came, and the vectors that it sends " +
        $"were made for the one before. GET /collections/{name} names the model.");
}
