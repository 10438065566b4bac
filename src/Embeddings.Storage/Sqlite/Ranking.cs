using Embeddings.Vectors;
using Embeddings.Vectors.Index;

namespace Embeddings.Storage.Sqlite;

/// <summary>A document that was found, before anything of it is read from the file.</summary>
internal readonly record struct Ranked(int Slot, Entry Entry, float Score, MetadataValue? Group = null);

/// <summary>
/// A search of one state of the index in the order that pages need: by score, then by id. The index knows slots and not ids, so a page that
/// ends among equal scores takes all of them before it chooses.
/// </summary>
internal sealed class Ranking(FlatIndexView view, Metric metric, int dimensions, SearchRequest request)
{
    private readonly EntryTable _entries = (EntryTable)view.Companion!;

    /// <summary>For each query its page.</summary>
    /// <param name="found">For each query its nearest rows, without a filter, one more than the page ends with at least; null to search for them.</param>
    public Ranked[][] Run(Hit[][]? found = null)
    {
        var filter = Allowed();
        var end = (int)Math.Min((long)request.Offset + request.Limit, _entries.Count);
        if (end <= 0)
        {
            return [.. Enumerable.Repeat(Array.Empty<Ranked>(), request.Queries.Length / dimensions)];
        }

        if (request.GroupBy is { } field)
        {
            return [.. Enumerable.Range(0, request.Queries.Length / dimensions).Select(i => Groups(QueryAt(i), field, filter))];
        }

        // One more than the page shows whether the next has the same score.
        var hits = found ?? view.SearchBatch(request.Queries.Span, end + 1, filter);
        return [.. hits.Select((nearest, i) => First(nearest, end, QueryAt(i), filter).Skip(request.Offset).ToArray())];
    }

    private ReadOnlySpan<float> QueryAt(int i) => request.Queries.Slice(i * dimensions, dimensions).Span;

    private IdFilter? Allowed()
    {
        if (request.Filter is null && request.Without.Count == 0 && request.GroupBy is null)
        {
            return null;
        }

        var (entries, filter, without, field) = (_entries, request.Filter, request.Without.ToHashSet(), request.GroupBy);
        return IdFilter.Where(slot => entries[slot] is { } entry && filter?.Matches(entry.Fields) != false
            && (without.Count == 0 || !without.Contains(entry.Id)) && (field is null || entry.Fields.TryGet(field, out _)));
    }

    // The first of all, up to an end, in the order of score and id.
    private Ranked[] First(Hit[] hits, int end, ReadOnlySpan<float> query, IdFilter? filter)
    {
        if (hits.Length > end && Score(hits[end]) == Score(hits[end - 1]) && IsWithin(Score(hits[end])))
        {
            hits = view.SearchRange(query, LastEqual(hits[end].Score), filter);
        }

        var ranked = hits.Select(hit => new Ranked((int)hit.Id, _entries[hit.Id]!, Score(hit))).TakeWhile(item => IsWithin(item.Score)).ToArray();
        SortTies(ranked);
        return ranked[..Math.Min(end, ranked.Length)];
    }

    // How many documents make so many groups is not known before: as many as there would be in full groups, then eight times as many, …
    private Ranked[] Groups(ReadOnlySpan<float> query, string field, IdFilter? filter)
    {
        var needed = (long)request.Offset + request.Limit;
        for (var end = Math.Min(needed * request.GroupSize, _entries.Count); ; end = Math.Min(8 * end, _entries.Count))
        {
            var ranked = First(view.SearchBatch(query, (int)end + 1, filter)[0], (int)end, query, filter);
            var groups = GroupsOf(ranked, field);
            var isAll = ranked.Length < end || end == _entries.Count;
            if (isAll || (groups.Count >= needed && groups.Take((int)needed).All(group => group.Count == request.GroupSize)))
            {
                return [.. groups.Skip(request.Offset).Take(request.Limit).SelectMany(group => group)];
            }
        }
    }

    private List<List<Ranked>> GroupsOf(Ranked[] ranked, string field)
    {
        var groups = new List<List<Ranked>>();
        var byValue = new Dictionary<MetadataValue, List<Ranked>>();
        foreach (var item in ranked)
        {
            item.Entry.Fields.TryGet(field, out var value);
            foreach (var key in (value.Items ?? [value]).Distinct())
            {
                if (!byValue.TryGetValue(key, out var group))
                {
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

    private static void SortTies(Ranked[] ranked)
    {
        for (int start = 0, end; start < ranked.Length; start = end)
        {
            for (end = start + 1; end < ranked.Length && ranked[end].Score == ranked[start].Score; end++)
            {
            }

            ranked.AsSpan(start, end - start).Sort((x, y) => Utf8Order.Compare(x.Entry.Id, y.Entry.Id));
        }
    }

    // Of squares that lie side by side two or three have the same root.
    private float LastEqual(float score)
    {
        for (var next = score; metric == Metric.Euclidean && MathF.Sqrt(next) == MathF.Sqrt(score); next = MathF.BitIncrement(next))
        {
            score = next;
        }

        return score;
    }

    // The index compares squares, which are quicker to have.
    private float Score(Hit hit) => metric == Metric.Euclidean ? MathF.Sqrt(hit.Score) : hit.Score;

    private bool IsWithin(float score) => request.Bound is not { } bound || (metric == Metric.Euclidean ? score <= bound : score >= bound);
}
