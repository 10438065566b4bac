using Embeddings.Storage.Filtering;
using Embeddings.Vectors;
using Embeddings.Vectors.Index;

namespace Embeddings.Storage.InMemory;

/// <summary>
/// Searches documents once without keeping them. The hits are those that a collection of the documents would give.
/// </summary>
public static class TransientDocuments
{
    /// <summary>
    /// The nearest documents to each query, as <see cref="IDocumentCollection.SearchAsync"/> gives them. If an id
    /// occurs twice, both documents can be found.
    /// </summary>
    /// <param name="documents">The documents.</param>
    /// <param name="dimensions">Numbers in a vector.</param>
    /// <param name="metric">How vectors are compared.</param>
    /// <param name="request">What to search for.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <exception cref="ArgumentException">A vector of another length, or with a number that is not finite.</exception>
    public static Task<IReadOnlyList<IReadOnlyList<DocumentHit>>> SearchAsync(
        IReadOnlyList<Document> documents, int dimensions, Metric metric, SearchRequest request,
        CancellationToken cancellationToken) => ScanPool.RunAsync(
        Ranking.Steps(
            documents.Count, documents.Sum(document => document.Metadata?.Json.Length ?? 0L), dimensions, request),
        () => Search(documents, dimensions, metric, request, cancellationToken),
        cancellationToken);

    private static IReadOnlyList<IReadOnlyList<DocumentHit>> Search(
        IReadOnlyList<Document> documents, int dimensions, Metric metric, SearchRequest request,
        CancellationToken cancellationToken)
    {
        var vectors = new float[(long)documents.Count * dimensions];
        var ids = new long[documents.Count];
        for (var i = 0; i < documents.Count; i++)
        {
            VectorCheck.Check(documents[i].Vector.Span, 1, dimensions, $"documents[{i}]");
            documents[i].Vector.CopyTo(vectors.AsMemory(checked(i * dimensions)));
            ids[i] = i;
        }

        VectorCheck.Check(request.Queries.Span, request.Queries.Length / dimensions, dimensions, nameof(request));
        var index = new FlatIndex(dimensions, metric);
        var names = new FieldNames();
        var entries = documents.Select(
            document => new Entry(document.Id, (document.Metadata?.Fields ?? MetadataFields.None).Shared(names), 0, 0));
        index.Apply([], ids, vectors, EntryTable.Of([.. entries]), isChecked: true);
        using var snapshot = new CollectionSnapshot(index);
        return
        [
            .. new Ranking(snapshot, request, cancellationToken).Run().Select(page => page
                .Select(item => new DocumentHit(documents[item.Slot], item.Score) { Group = item.Group }).ToList()),
        ];
    }
}
