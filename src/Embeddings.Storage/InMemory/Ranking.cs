using Embeddings.Storage.Filtering;
using Embeddings.Vectors;
using Embeddings.Vectors.Index;

namespace Embeddings.Storage.InMemory;

/// <summary>A document that was found, before its text, metadata or vector are read from disk.</summary>
internal readonly record struct EntryHit(int Slot, Entry Entry, float Score, MetadataValue? Group = null);

/// <summary>
/// A search of one state of a collection. Hits are ordered by score, then by id. The index knows slots but not ids, so
/// the search gives it the order of slots with equal scores.
/// </summary>
internal sealed class Ranking(CollectionSnapshot snapshot, SearchRequest request, CancellationToken cancellationToken)
{
    // A field takes at least 2 bytes of JSON, as a digit and a comma in a list do.
    private const int LeastBytesOfField = 2;

    private readonly EntryTable _entries = snapshot.Entries;
    private readonly IdOrder _byId = new(snapshot.Entries);
    private readonly int _dimensions = snapshot.Index.Dimensions;

    /// <summary>
    /// About how many numbers a search multiplies and how many fields it compares, for <see cref="ScanPool"/>.
    /// </summary>
    /// <param name="documents">Number of documents.</param>
    /// <param name="metadataBytes">Bytes of their metadata's JSON.</param>
    /// <param name="dimensions">Numbers in a vector.</param>
    /// <param name="request">The search.</param>
    public static double Steps(int documents, long metadataBytes, int dimensions, SearchRequest request) =>
        ((request.Queries.Length / dimensions) * (
            ((double)documents * dimensions) + FilterSteps(documents, metadataBytes, request.GroupBy is null ? 0 : 1)))
        + FilterSteps(documents, metadataBytes, request.Filter?.Size ?? 0);

    /// <summary>About how many fields a filter compares.</summary>
    public static double FilterSteps(int documents, long metadataBytes, int size) =>
        size * (documents + ((double)metadataBytes / LeastBytesOfField));

    /// <summary>The hits of each query.</summary>
    /// <param name="found">
    /// The nearest rows of each query, if a scan shared with other searches has found them: at least offset + limit
    /// rows, without a filter, equal scores by id. Null to scan.
    /// </param>
    public EntryHit[][] Run(Hit[][]? found = null)
    {
        var filter = Allowed();
        var end = (int)Math.Min((long)request.Offset + request.Limit, _entries.Count);
        if (end <= 0)
        {
            return [.. Enumerable.Repeat(Array.Empty<EntryHit>(), request.Queries.Length / _dimensions)];
        }

        if (request.GroupBy is { } field)
        {
            return [.. Enumerable.Range(0, request.Queries.Length / _dimensions).Select(
                i => Groups(QueryAt(i), field, filter))];
        }

        var hits = found ?? snapshot.Vectors.SearchBatch(request.Queries.Span, end, filter, _byId, cancellationToken);
        return [.. hits.Select(nearest => First(nearest, end).Skip(request.Offset).ToArray())];
    }

    private ReadOnlySpan<float> QueryAt(int i) => request.Queries.Slice(i * _dimensions, _dimensions).Span;

    private Func<long, bool>? Allowed()
    {
        if (request.Filter is null && request.Without.Count == 0 && request.GroupBy is null)
        {
            return null;
        }

        var (entries, filter, without, field) = (
            _entries, request.Filter, request.Without.ToHashSet(), request.GroupBy);
        return request.Queries.Length == _dimensions ? IsAllowed : new Remembered(IsAllowed, entries.End).Contains;

        bool IsAllowed(long slot)
        {
            // Checked for every document, since a filter may take long for one.
            cancellationToken.ThrowIfCancellationRequested();
            return entries[slot] is { } entry && filter?.Matches(entry.Fields) != false
                && (without.Count == 0 || !without.Contains(entry.Id))
                && (field is null || entry.Fields.TryGet(field, out _));
        }
    }

    private EntryHit[] First(Hit[] hits, int end) =>
        [.. hits.Take(end).TakeWhile(hit => IsWithin(hit.Score)).Select(
            hit => new EntryHit((int)hit.Id, _entries[hit.Id]!, hit.Score))];

    // It is not known beforehand how many hits make the wanted number of groups. The first search takes as many as full
    // groups would have; each further search takes eight times as many.
    private EntryHit[] Groups(ReadOnlySpan<float> query, string field, Func<long, bool>? filter)
    {
        var needed = (long)request.Offset + request.Limit;
        for (var end = Math.Min(needed * request.GroupSize, _entries.Count); ; end = Math.Min(8 * end, _entries.Count))
        {
            var ranked = First(
                snapshot.Vectors.SearchBatch(query, (int)end, filter, _byId, cancellationToken)[0], (int)end);
            var groups = GroupsOf(ranked, field, needed);
            var isAll = ranked.Length < end || end == _entries.Count;
            if (isAll || (
                groups.Count >= needed && groups.Take((int)needed).All(group => group.Count == request.GroupSize)))
            {
                return [.. groups.Skip(request.Offset).Take(request.Limit).SelectMany(group => group)];
            }
        }
    }

    // Only as many groups as needed are made: a document whose field is a long list would otherwise make one for each
    // item.
    private List<List<EntryHit>> GroupsOf(EntryHit[] ranked, string field, long needed)
    {
        var groups = new List<List<EntryHit>>();
        var byValue = new Dictionary<MetadataValue, List<EntryHit>>();
        foreach (var item in ranked)
        {
            item.Entry.Fields.TryGet(field, out var value);
            foreach (var key in value.Items is { } items ? items.Distinct() : [value])
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!byValue.TryGetValue(key, out var group))
                {
                    if (groups.Count == needed)
                    {
                        continue;
                    }

                    byValue[key] = group = [];
                    groups.Add(group);
                }

                if (group.Count < request.GroupSize)
                {
                    group.Add(item with { Group = key });
                }
            }
        }

        return groups;
    }

    private bool IsWithin(float score) =>
        request.Bound is not { } bound || (snapshot.Index.Metric == Metric.Euclidean ? score <= bound : score >= bound);

    // Remembers the filter's result for each slot, for searches of several queries. Two threads that ask at once may
    // both evaluate it.
    private sealed class Remembered(Func<long, bool> isAllowed, int slots)
    {
        private const byte Yes = 1;
        private const byte No = 2;

        private readonly byte[] _answers = new byte[slots];

        public bool Contains(long slot)
        {
            ref var answer = ref _answers[slot];
            if (answer == 0)
            {
                answer = isAllowed(slot) ? Yes : No;
            }

            return answer == Yes;
        }
    }
}
