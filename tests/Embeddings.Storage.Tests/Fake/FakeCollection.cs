using System.Globalization;
using System.Runtime.CompilerServices;
using Embeddings.Storage.Filtering;
using Embeddings.Storage.InMemory;

namespace Embeddings.Storage.Tests.Fake;

/// <summary>A list of documents by ascending number, which a write replaces as a whole.</summary>
internal sealed class FakeCollection(CollectionInfo info) : IDocumentCollection
{
    private const long MostBytes = 256 << 20;

    private readonly Lock _writing = new();
    private Document[]? _documents = [];
    private long _lastNumber;
    private long _writes;

    public CollectionInfo Info => info;

    private Document[] Documents => Volatile.Read(ref _documents) ?? throw new CollectionNotFoundException(info.Name);

    public void Drop() => Volatile.Write(ref _documents, null);

    public Task<CollectionStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new CollectionStatus(_documents?.Length ?? 0, 0, null, null)
        {
            Version = $"{Volatile.Read(ref _writes)}",
        });

    public async Task UpsertAsync(IReadOnlyList<Document> documents, CancellationToken cancellationToken)
    {
        ArgumentCheck.Documents(documents, info.Settings.Dimensions);
        await WriteAsync(all =>
        {
            foreach (var document in documents)
            {
                var number = all.TryGetValue(document.Id, out var old) ? old.Number : ++_lastNumber;
                all[document.Id] = document with { Number = number };
            }

            return documents.Count;
        });
    }

    public Task<int> DeleteAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        WriteAsync(all => ids.Count(all.Remove));

    public async Task<int> DeleteAsync(Filter filter, CancellationToken cancellationToken)
    {
        var before = Documents;
        var matching = (await MatchingAsync(before, filter, cancellationToken)).ToHashSet(
            ReferenceEqualityComparer.Instance);
        var seen = before.ToHashSet(ReferenceEqualityComparer.Instance);
        return await WriteAsync(all => all.Values
            .Where(document => seen.Contains(document) ? matching.Contains(document) : Matches(document, filter))
            .Select(document => document.Id).ToList().Count(all.Remove));
    }

    public Task<int> SetFieldAsync(
        string field, IReadOnlyDictionary<string, MetadataValue?> values, CancellationToken cancellationToken) =>
        WriteAsync(all => values.Count(item =>
        {
            if (all.GetValueOrDefault(item.Key) is not { } document)
            {
                return false;
            }

            all[item.Key] = document with { Metadata = Metadata.With(document.Metadata, field, item.Value) };
            return true;
        }));

    public async Task<long> CountAsync(Filter? filter, CancellationToken cancellationToken) =>
        (await MatchingAsync(Documents, filter, cancellationToken)).Count;

    public Task<IReadOnlyList<Document>> GetAsync(
        IReadOnlyList<string> ids, DocumentParts parts, CancellationToken cancellationToken)
    {
        var byId = Documents.ToDictionary(document => document.Id);
        return Task.FromResult(Answer(ids.Where(byId.ContainsKey).Select(id => byId[id]), parts));
    }

    public async Task<DocumentPage> ListAsync(
        Filter? filter, string? cursor, int limit, DocumentParts parts, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var after = cursor is null ? 0
            : cursor.StartsWith('#') ? long.Parse(cursor.AsSpan(1), CultureInfo.InvariantCulture)
            : throw new ArgumentException("Not a cursor.", nameof(cursor));
        var rest = (await MatchingAsync(Documents, filter, cancellationToken)).FindAll(
            document => document.Number > after);
        return new DocumentPage(
            Answer(rest.Take(limit), parts), rest.Count > limit ? $"#{rest[limit - 1].Number}" : null);
    }

    public async Task<IReadOnlyList<IReadOnlyList<DocumentHit>>> SearchAsync(
        SearchRequest request, CancellationToken cancellationToken)
    {
        ArgumentCheck.Search(request, info.Settings.Dimensions);
        var found = await TransientDocuments.SearchAsync(
            Documents, info.Settings.Dimensions, info.Settings.Metric, request, cancellationToken);
        Answer(found.SelectMany(hits => hits).Select(hit => hit.Document), request.Parts);
        return
        [
            .. found.Select(hits => (IReadOnlyList<DocumentHit>)
                [.. hits.Select(hit => hit with { Document = PartsOf(hit.Document, request.Parts) })]),
        ];
    }

    public async IAsyncEnumerable<Document> ReadAllAsync(
        DocumentParts parts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var document in Documents)
        {
            yield return PartsOf(document, parts);
        }

        await Task.CompletedTask;
    }

    public Task<long> CountWithoutTextAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Documents.LongCount(document => string.IsNullOrEmpty(document.Text)));

    public Task<IDocumentCollection> ReembedAsync(ReembedRequest request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task WriteFaissAsync(Stream stream, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    private async Task<int> WriteAsync(Func<Dictionary<string, Document>, int> write)
    {
        await Task.CompletedTask;
        lock (_writing)
        {
            var before = Documents;
            var all = before.ToDictionary(document => document.Id);
            var count = write(all);
            Interlocked.Increment(ref _writes);
            Interlocked.CompareExchange(ref _documents, [.. all.Values.OrderBy(document => document.Number)], before);
            return count;
        }
    }

    private static Task<List<Document>> MatchingAsync(
        Document[] documents, Filter? filter, CancellationToken cancellationToken) =>
        ScanPool.RunAsync(
            (double)documents.Length * (filter?.Size ?? 0),
            () => documents.Where(document =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                return filter is null || Matches(document, filter);
            }).ToList(),
            cancellationToken);

    private static bool Matches(Document document, Filter filter) =>
        filter.Matches(document.Metadata?.Fields ?? MetadataFields.None);

    private static IReadOnlyList<Document> Answer(IEnumerable<Document> documents, DocumentParts parts)
    {
        Document[] answer = [.. documents.Select(document => PartsOf(document, parts))];
        var bytes = answer.Sum(document => document.Text?.Length ?? 0L);
        return bytes <= MostBytes ? answer : throw new AnswerTooLargeException(bytes, MostBytes);
    }

    private static Document PartsOf(Document document, DocumentParts parts) => new(
        document.Id,
        parts.HasFlag(DocumentParts.Vector) ? document.Vector : default,
        parts.HasFlag(DocumentParts.Text) ? document.Text : null,
        parts.HasFlag(DocumentParts.Metadata) ? document.Metadata : null)
    { Number = document.Number };
}
