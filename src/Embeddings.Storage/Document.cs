using Embeddings.Storage.Filtering;

namespace Embeddings.Storage;

/// <summary>A document: what is found, with the vector it is found by.</summary>
/// <param name="Id">The caller's name for it, unique in its collection.</param>
/// <param name="Vector">[dimensions]; empty where it was not asked for.</param>
/// <param name="Text">What it says; null when there is none or it was not asked for.</param>
/// <param name="Metadata">What is known of it; null when there is none or it was not asked for.</param>
public sealed record Document(string Id, ReadOnlyMemory<float> Vector, string? Text = null, Metadata? Metadata = null)
{
    /// <summary>The store's own number for it, from 1; it stays while the document is replaced. Not looked at in writes.</summary>
    public long Number { get; init; }
}

/// <summary>A document that was found.</summary>
/// <param name="Document">The parts that were asked for.</param>
/// <param name="Score">Cosine or dot product, larger for nearer; or Euclidean distance (not squared), smaller for nearer.</param>
public sealed record DocumentHit(Document Document, float Score)
{
    /// <summary>Which group it stands in, where groups were asked for.</summary>
    public MetadataValue? Group { get; init; }
}

/// <summary>What to fetch of a document, beside its id.</summary>
[Flags]
public enum DocumentParts
{
    /// <summary>The id alone.</summary>
    None = 0,

    /// <summary>Its text.</summary>
    Text = 1,

    /// <summary>Its metadata.</summary>
    Metadata = 2,

    /// <summary>Its vector.</summary>
    Vector = 4,

    /// <summary>All of it.</summary>
    All = Text | Metadata | Vector,
}
