using Embeddings.Storage.Filtering;

namespace Embeddings.Storage;

/// <summary>What to search for.</summary>
/// <param name="Queries">Row-major [queries, dimensions].</param>
/// <param name="Limit">Documents for each query, at least 1.</param>
public sealed record SearchRequest(ReadOnlyMemory<float> Queries, int Limit)
{
    /// <summary>Documents to leave out at the front of each answer.</summary>
    public int Offset { get; init; }

    /// <summary>The worst score to be found: the least cosine or dot product, or the largest distance. Null for all.</summary>
    public float? Bound { get; init; }

    /// <summary>Which documents may be found; null for all.</summary>
    public Filter? Filter { get; init; }

    /// <summary>Ids that may not be found.</summary>
    public IReadOnlyCollection<string> Without { get; init; } = [];

    /// <summary>
    /// A field by whose values documents are grouped: limit and offset then count groups, and documents without the field are not found. A
    /// document whose field is a list stands in the group of each item. Null for no groups.
    /// </summary>
    public string? GroupBy { get; init; }

    /// <summary>Most documents of a group, at least 1; groups are in the order of their best.</summary>
    public int GroupSize { get; init; } = 1;

    /// <summary>What to fetch of each.</summary>
    public DocumentParts Parts { get; init; } = DocumentParts.Text | DocumentParts.Metadata;
}
