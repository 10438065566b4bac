using Embeddings.Vectors;
using Embeddings.Vectors.Index;

namespace Embeddings.Storage.Sqlite;

/// <summary>A document that was found, before anything of it is read from the file.</summary>
internal readonly record struct Ranked(int Slot, Entry Entry, float Score);

/// <summary>
/// A search of one state of the index in the order that pages need: by score, then by id. The index knows slots and not ids, so a page that
/// ends among equal scores takes all of them before it chooses.
/// </summary>
internal sealed class Ranking(FlatIndexView view, Metric metric, int dimensions, SearchRequest request)
{
    private readonly EntryTable _entries = (EntryTable)view.Companion!;

    /// <summary>For each query its page.</summary>
    public Ranked[][] Run()
    {
        var filter = Allowed();
        var end = (int)Math.Min((long)request.Offset + request.Limit, _entries.Count);
        // One more than the page shows whether the next has the same score.
        var hits = end <= 0
            ? [.. Enumerable.Repeat(Array.Empty<Hit>(), request.Queries.Length / dimensions)]
            : view.SearchBatch(request.Queries.Span, end + 1, filter);
        return [.. hits.Select((found, i) => Page(found, end, request.Queries.Slice(i * dimensions, dimensions).Span, filter))];
    }

    private IdFilter? Allowed()
    {
        if (request.Filter is null && request.Without.Count == 0)
        {
            return null;
        }

        var (entries, filter, without) = (_entries, request.Filter, request.Without.ToHashSet());
        return IdFilter.Where(slot => entries[slot] is { } entry && filter?.Matches(entry.Fields) != false && (without.Count == 0 || !without.Contains(entry.Id)));
    }

    private Ranked[] Page(Hit[] hits, int end, ReadOnlySpan<float> query, IdFilter? filter)
    {
        if (hits.Length > end && Score(hits[end]) == Score(hits[end - 1]) && IsWithin(Score(hits[end])))
        {
            hits = view.SearchRange(query, LastEqual(hits[end].Score), filter);
        }

        var ranked = hits.Select(hit => new Ranked((int)hit.Id, _entries[hit.Id]!, Score(hit))).TakeWhile(item => IsWithin(item.Score)).ToArray();
        SortTies(ranked);
        return ranked[Math.Min(request.Offset, ranked.Length)..Math.Min(end, ranked.Length)];
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
