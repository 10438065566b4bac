namespace Embeddings.Vectors.Index;

/// <summary>
/// Which ids a search may find. It is called from several threads at once, and only for rows whose score is good
/// enough.
/// </summary>
public abstract class IdFilter
{
    /// <summary>Only these ids. A short list is looked up row by row, without a scan.</summary>
    public static IdFilter In(IEnumerable<long> ids) => new SetFilter([.. ids]);

    /// <summary>Every id but these.</summary>
    public static IdFilter NotIn(IEnumerable<long> ids)
    {
        HashSet<long> set = [.. ids];
        return new PredicateFilter(id => !set.Contains(id));
    }

    /// <summary>
    /// Ids for which a function returns true. The function must be fast, and safe to call from several threads.
    /// </summary>
    public static IdFilter Where(Func<long, bool> predicate) => new PredicateFilter(predicate);

    /// <summary>Whether an id may be found.</summary>
    public abstract bool Contains(long id);

    internal sealed class SetFilter(HashSet<long> ids) : IdFilter
    {
        public HashSet<long> Ids => ids;

        public override bool Contains(long id) => ids.Contains(id);
    }

    private sealed class PredicateFilter(Func<long, bool> predicate) : IdFilter
    {
        public override bool Contains(long id) => predicate(id);
    }
}
