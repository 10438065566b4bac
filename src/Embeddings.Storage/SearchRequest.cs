using Embeddings.Storage.Filtering;

namespace Embeddings.Storage;

/// <summary>What to search for.</summary>
/// <param name="Queries">Row-major [queries, dimensions].</param>
/// <param name="Limit">Hits for each query, at least 1.</param>
public sealed record SearchRequest(ReadOnlyMemory<float> Queries, int Limit)
{
    /// <summary>Hits to leave out at the front of each query's hits.</summary>
    public int Offset { get; init; }

    /// <summary>
    /// The worst score that is found: the smallest cosine or dot product, or the largest distance. Null for no bound.
    /// </summary>
    public float? Bound { get; init; }

    /// <summary>Which documents may be found; null for all.</summary>
    public Filter? Filter { get; init; }

    /// <summary>Ids that may not be found.</summary>
    public IReadOnlyCollection<string> Without { get; init; } = [];

    /// <summary>
    /// The field by whose values documents are grouped; null for no groups. Limit and offset then count groups, and
    /// documents without the field are not found. A document whose field is a list belongs to the group of each item.
    /// </summary>
    public string? GroupBy { get; init; }

    /// <summary>Most hits of a group, at least 1. Groups are in the order of their best hits.</summary>
    public int GroupSize { get; init; } = 1;

    /// <summary>What to fetch of each document.</summary>
    public DocumentParts Parts { get; init; } = DocumentParts.Text | DocumentParts.Metadata;
}
