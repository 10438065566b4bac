namespace Embeddings.Storage;

/// <summary>Makes vectors for documents, which have their ids and texts: one for each, [dimensions], in their order.</summary>
public delegate Task<IReadOnlyList<ReadOnlyMemory<float>>> EmbedDocuments(IReadOnlyList<Document> documents, CancellationToken cancellationToken);

/// <summary>To which model a collection moves, and how. Its metric stays.</summary>
/// <param name="Model">Id of the model that the vectors will be of.</param>
/// <param name="Dimensions">Numbers in a new vector.</param>
/// <param name="Embed">Makes the vectors, of at most 32 documents a call, one call after the other.</param>
public sealed record ReembedRequest(string Model, int Dimensions, EmbedDocuments Embed)
{
    /// <summary>Whether documents without a text are left out of the new collection; otherwise they stop the move.</summary>
    public bool DropsDocumentsWithoutText { get; init; }

    /// <summary>Told after each batch how many documents are done, and of how many.</summary>
    public Action<long, long>? Progress { get; init; }
}
