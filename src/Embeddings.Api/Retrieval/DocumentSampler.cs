using System.Runtime.CompilerServices;
using System.Text;
using Embeddings.Api.Errors;
using Embeddings.Storage;
using Embeddings.Storage.Filtering;

namespace Embeddings.Api.Retrieval;

/// <summary>Fewer documents match than a route needs.</summary>
internal sealed class TooFewDocumentsException(int found, int fewest) : FailureException(
    FailureKind.TooFewDocuments, $"{found} documents match; at least {fewest} are needed.");

/// <summary>Documents of a collection, for work on all of their vectors at once.</summary>
/// <param name="Documents">The documents without their vectors, in the order of the collection.</param>
/// <param name="Vectors">Row-major [documents, dimensions].</param>
/// <param name="Matching">How many documents match; more than are here if a sample was taken.</param>
internal sealed record DocumentSample(IReadOnlyList<Document> Documents, float[] Vectors, long Matching)
{
    /// <summary>Whether some of the matching documents were left out.</summary>
    public bool IsSampled => Documents.Count < Matching;
}

/// <summary>Reads the documents of a collection. Of too many it takes a sample.</summary>
internal static class DocumentSampler
{
    private const int PageSize = 1000;

    /// <param name="collection">The collection.</param>
    /// <param name="filter">Which documents; null for all.</param>
    /// <param name="limit">
    /// At most so many. The sample has those with the smallest hashes of their ids: it is the same each time, and
    /// changes little when documents are added.
    /// </param>
    /// <param name="parts">What to read beside the vectors.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<DocumentSample> ReadAsync(
        IDocumentCollection collection, Filter? filter, int limit, DocumentParts parts,
        CancellationToken cancellationToken)
    {
        var dimensions = collection.Info.Settings.Dimensions;
        // One array has all numbers.
        var most = Math.Min(limit, Array.MaxLength / dimensions);
        var room = (int)Math.Min(most, await collection.CountAsync(filter, cancellationToken));
        var vectors = new float[room * dimensions];
        var kept = new (long Order, Document Document)[room];
        var largestFirst = new PriorityQueue<int, ulong>(Comparer<ulong>.Create((a, b) => b.CompareTo(a)));
        long matching = 0;
        await foreach (var document in MatchingAsync(collection, filter, parts | DocumentParts.Vector, cancellationToken))
        {
            var hash = HashOf(document.Id);
            var row = largestFirst.Count;
            if (row == room && (room == 0 || !MakesRoom(largestFirst, hash, out row)))
            {
                matching++;
                continue;
            }

            largestFirst.Enqueue(row, hash);
            kept[row] = (matching++, document with { Vector = default });
            document.Vector.Span.CopyTo(vectors.AsSpan(row * dimensions));
        }

        var count = largestFirst.Count;
        return matching == count && count == room
            ? new DocumentSample([.. kept.Select(item => item.Document)], vectors, matching)
            : InOrder(kept.AsSpan(0, count), vectors, dimensions, matching);
    }

    private static bool MakesRoom(PriorityQueue<int, ulong> largestFirst, ulong hash, out int row)
    {
        largestFirst.TryPeek(out row, out var largest);
        if (hash >= largest)
        {
            return false;
        }

        largestFirst.Dequeue();
        return true;
    }

    // A sample has its rows in the order in which they were taken, which depends on the documents that were left out.
    private static DocumentSample InOrder(
        Span<(long Order, Document Document)> kept, float[] vectors, int dimensions, long matching)
    {
        var order = Enumerable.Range(0, kept.Length).ToArray();
        var documents = kept.ToArray();
        Array.Sort(order, (a, b) => documents[a].Order.CompareTo(documents[b].Order));
        var sorted = new float[kept.Length * dimensions];
        for (var i = 0; i < order.Length; i++)
        {
            vectors.AsSpan(order[i] * dimensions, dimensions).CopyTo(sorted.AsSpan(i * dimensions));
        }

        return new DocumentSample([.. order.Select(i => documents[i].Document)], sorted, matching);
    }

    private static async IAsyncEnumerable<Document> MatchingAsync(
        IDocumentCollection collection, Filter? filter, DocumentParts parts,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (filter is null)
        {
            await foreach (var document in collection.ReadAllAsync(parts, cancellationToken))
            {
                yield return document;
            }

            yield break;
        }

        string? cursor = null;
        do
        {
            var page = await collection.ListAsync(filter, cursor, PageSize, parts, cancellationToken);
            foreach (var document in page.Documents)
            {
                yield return document;
            }

            cursor = page.Next;
        }
        while (cursor is not null);
    }

    // FNV-1a of 64 bits, whose bits are then mixed, since ids that differ in their last letter alone would lie close.
    private static ulong HashOf(string id)
    {
        var hash = 14695981039346656037UL;
        foreach (var value in Encoding.UTF8.GetBytes(id))
        {
            hash = (hash ^ value) * 1099511628211UL;
        }

        hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93UL;
        return hash ^ (hash >> 32);
    }
}
