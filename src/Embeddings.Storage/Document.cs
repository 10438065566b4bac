using Embeddings.Storage.Filtering;

namespace Embeddings.Storage;

/// <summary>A document, with the vector that it is found by.</summary>
/// <param name="Id">The caller's id, unique in the collection.</param>
/// <param name="Vector">[dimensions]; empty if not asked for.</param>
/// <param name="Text">The text; null if there is none or it was not asked for.</param>
/// <param name="Metadata">The metadata; null if there is none or it was not asked for.</param>
public sealed record Document(string Id, ReadOnlyMemory<float> Vector, string? Text = null, Metadata? Metadata = null)
{
    /// <summary>
    /// The store's own number for the document, from 1. It stays while the document is replaced. A write ignores it. A
    /// store without <see cref="StoreCapabilities.FaissExport"/> may leave it at zero.
    /// </summary>
    public long Number { get; init; }
}

/// <summary>A page of documents.</summary>
/// <param name="Documents">The documents, with the parts that were asked for.</param>
/// <param name="Next">
/// The cursor of the next page; null after the last page. It stays valid when documents are written or deleted, and
/// when the store is opened again. What is in it is the store's own matter.
/// </param>
public sealed record DocumentPage(IReadOnlyList<Document> Documents, string? Next);

/// <summary>A document that a search has found.</summary>
/// <param name="Document">The document, with the parts that were asked for.</param>
/// <param name="Score">
/// Cosine or dot product, larger for nearer; or Euclidean distance (not squared), smaller for nearer.
/// </param>
public sealed record DocumentHit(Document Document, float Score)
{
    /// <summary>The value of the group that the hit belongs to; null if the search has no groups.</summary>
    public MetadataValue? Group { get; init; }
}

/// <summary>What to fetch of a document beside its id.</summary>
[Flags]
public enum DocumentParts
{
    /// <summary>The id alone.</summary>
    None = 0,

    /// <summary>The text.</summary>
    Text = 1,

    /// <summary>The metadata.</summary>
    Metadata = 2,

    /// <summary>The vector.</summary>
    Vector = 4,

    /// <summary>Everything.</summary>
    All = Text | Metadata | Vector,
}
