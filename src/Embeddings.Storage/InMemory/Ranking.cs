using Embeddings.Storage.Filtering;
using Embeddings.Vectors;
using Embeddings.Vectors.Index;

namespace Embeddings.Storage.InMemory;

/// <summary>A document that was found, before anything of it is read from the file.</summary>
internal readonly record struct EntryHit(int Slot, Entry Entry, float Score, MetadataValue? Group = null);

/// <summary>
/// A search of one state of the index in the order that pages need: by score, then by id. The index knows slots and not
/// ids, so it is told the order of those that have equal scores.
/// </summary>
internal sealed class Ranking(CollectionSnapshot snapshot, SearchRequest request, CancellationToken cancellationToken)
{
    // In the JSON of a list of digits.
    private const int LeastBytesOfField = 2;

    private readonly EntryTable _entries = snapshot.Entries;
    private readonly IdOrder _byId = new(snapshot.Entries);
    private readonly int _dimensions = snapshot.Index.Dimensions;

    /// <summary>
    /// About how many numbers a search multiplies and fields it compares, as <see cref="ScanPool"/> wants to know.
    /// </summary>
    /// <param name="documents">What is searched.</param>
    /// <param name="metadataBytes">Of their metadata.</param>
    /// <param name="dimensions">Of a vector.</param>
    /// <param name="request">The search.</param>
    public static double Steps(int documents, long metadataBytes, int dimensions, SearchRequest request) =>
        ((request.Queries.Length / dimensions) * (
            ((double)documents * dimensions) + FilterSteps(documents, metadataBytes, request.GroupBy is null ? 0 : 1)))
        + FilterSteps(documents, metadataBytes, request.Filter?.Size ?? 0);

    /// <summary>About how many fields a filter of so many parts compares.</summary>
    public static double FilterSteps(int documents, long metadataBytes, int size) =>
        size * (documents + ((double)metadataBytes / LeastBytesOfField));

    /// <summary>For each query its page.</summary>
    /// <param name="found">
    /// For each query its nearest rows, without a filter, as many as the page ends with at least, equal scores by id;
    /// null to search for them.
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

    private IdFilter? Allowed()
    {
        if (request.Filter is null && request.Without.Count == 0 && request.GroupBy is null)
        {
            return null;
        }

        var (entries, filter, without, field) = (
            _entries, request.Filter, request.Without.ToHashSet(), request.GroupBy);
        return IdFilter.Where(
            request.Queries.Length == _dimensions ? IsAllowed : new Remembered(IsAllowed, entries.End).Contains);

        bool IsAllowed(long slot)
        {
            // With every document, since to compare one may take long.
            cancellationToken.ThrowIfCancellationRequested();
            return entries[slot] is { } entry && filter?.Matches(entry.Fields) != false
                && (without.Count == 0 || !without.Contains(entry.Id))
                && (field is null || entry.Fields.TryGet(field, out _));
        }
    }

    private EntryHit[] First(Hit[] hits, int end) =>
        [.. hits.Take(end).TakeWhile(hit => IsWithin(hit.Score)).Select(
            hit => new EntryHit((int)hit.Id, _entries[hit.Id]!, hit.Score))];

    // How many documents make so many groups is not known before: as many as there would be in full groups, then eight
    // times as many, …
    private EntryHit[] Groups(ReadOnlySpan<float> query, string field, IdFilter? filter)
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

    // Groups beyond those that are needed are not made: a list may have many items, and each would be one.
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

    // What a filter says of a slot, for queries that meet the same documents. Threads that ask at once both find out.
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
