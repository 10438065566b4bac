using Embeddings.Vectors.Index;

namespace Embeddings.Storage.InMemory;

/// <summary>
/// One state of a collection: the vectors of its index, and the documents that belong to exactly these vectors,
/// whatever is written meanwhile. Rows of the index that were replaced since are not used again until it is disposed
/// of, so it should not be kept for long.
/// </summary>
internal sealed class CollectionSnapshot(FlatIndex index) : IDisposable
{
    /// <summary>The index, for its dimensions and metric.</summary>
    public FlatIndex Index => index;

    /// <summary>The vectors, by slot.</summary>
    public FlatIndexView Vectors { get; } = index.Enter();

    /// <summary>The documents, by slot.</summary>
    public EntryTable Entries => (EntryTable)Vectors.Companion!;

    public void Dispose() => Vectors.Dispose();
}
