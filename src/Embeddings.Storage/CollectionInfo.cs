using Embeddings.Vectors;

namespace Embeddings.Storage;

/// <summary>What a collection is. It never changes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Settings">The settings that it was created with.</param>
/// <param name="Created">When it was created.</param>
public sealed record CollectionInfo(string Name, CollectionSettings Settings, DateTimeOffset Created);

/// <summary>The settings that a collection is created with. They never change.</summary>
/// <param name="Model">Id of the model that made the vectors; null if no model in particular did.</param>
/// <param name="Dimensions">Numbers in a vector.</param>
/// <param name="Metric">How vectors are compared.</param>
public sealed record CollectionSettings(string? Model, int Dimensions, Metric Metric)
{
    /// <summary>
    /// What is put before the texts of documents, so that vectors stay alike if the model's own prompts change. Empty
    /// for nothing; null if it is not known, as of collections that an earlier version made.
    /// </summary>
    public string? DocumentPrompt { get; init; }

    /// <summary>What is put before queries; empty and null as of <see cref="DocumentPrompt"/>.</summary>
    public string? QueryPrompt { get; init; }

    /// <summary>Whether it has the same model, dimensions and metric as another.</summary>
    public bool IsLike(CollectionSettings other) =>
        (Model, Dimensions, Metric) == (other.Model, other.Dimensions, other.Metric);
}

/// <summary>How large a collection is at the moment, and whether it works.</summary>
/// <param name="Documents">Number of documents.</param>
/// <param name="MemoryBytes">Bytes of memory in this process for vectors, ids and filterable fields, about.</param>
/// <param name="DiskBytes">
/// Bytes of the documents on disk, about, without the parts of the file's pages that are empty. Null if not known.
/// </param>
/// <param name="Problem">
/// Why the collection can be neither searched nor written to, as a sentence; null when it can. Every method but
/// <see cref="IDocumentCollection.ReadAllAsync"/> then throws <see cref="CollectionNotLoadedException"/>.
/// </param>
public sealed record CollectionStatus(long Documents, long MemoryBytes, long? DiskBytes, string? Problem)
{
    /// <summary>
    /// A word that changes whenever a document is written or deleted. What was computed from the documents is right as
    /// long as it stays the same.
    /// </summary>
    public string Version { get; init; } = "";
}
