namespace Embeddings.Storage;

/// <summary>
/// Classifiers under names, and what they were made from, kept as durably as documents. They are in the backups of
/// their store. Safe for any number of threads; every method throws <see cref="StoreException"/> when the store fails.
/// </summary>
public interface IClassifierStore
{
    /// <summary>All classifiers, by name in ordinal order.</summary>
    Task<IReadOnlyList<StoredClassifier>> ListAsync(CancellationToken cancellationToken);

    /// <summary>The classifier of a name; null if there is none.</summary>
    Task<StoredClassifier?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>What the classifier of a name was made from; null if there is no such classifier.</summary>
    Task<ReadOnlyMemory<byte>?> GetExamplesAsync(string name, CancellationToken cancellationToken);

    /// <summary>Keeps a classifier in place of the one that has its name.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="examples">What it was made from.</param>
    /// <param name="cancellationToken">Cancels the write until it begins.</param>
    /// <returns>Whether the name is new.</returns>
    /// <exception cref="ArgumentException">Name, model or description is not valid Unicode.</exception>
    Task<bool> PutAsync(
        StoredClassifier classifier, ReadOnlyMemory<byte> examples, CancellationToken cancellationToken);

    /// <summary>Deletes a classifier.</summary>
    /// <returns>False if there was none of the name.</returns>
    Task<bool> DeleteAsync(string name, CancellationToken cancellationToken);
}
