namespace Embeddings.Storage;

/// <summary>Makes the vectors of documents from their texts.</summary>
/// <returns>One vector [dimensions] for each document, in the order of the documents.</returns>
public delegate Task<IReadOnlyList<ReadOnlyMemory<float>>> EmbedDocuments(
    IReadOnlyList<Document> documents, CancellationToken cancellationToken);

/// <summary>The model that a collection moves to, and how. The metric stays.</summary>
/// <param name="Model">Id of the new model.</param>
/// <param name="Dimensions">Numbers in a new vector.</param>
/// <param name="Embed">Makes the vectors, of at most 32 documents a call, one call after the other.</param>
public sealed record ReembedRequest(string Model, int Dimensions, EmbedDocuments Embed)
{
    /// <summary>As <see cref="CollectionSettings.DocumentPrompt"/>, from then on.</summary>
    public string? DocumentPrompt { get; init; }

    /// <summary>As <see cref="CollectionSettings.QueryPrompt"/>, from then on.</summary>
    public string? QueryPrompt { get; init; }

    /// <summary>
    /// Whether documents without a text are left out of the new collection. If not, the first such document fails the
    /// move.
    /// </summary>
    public bool DropsDocumentsWithoutText { get; init; }

    /// <summary>Called after each batch with the number of documents done, and of all documents.</summary>
    public Action<long, long>? Progress { get; init; }
}
