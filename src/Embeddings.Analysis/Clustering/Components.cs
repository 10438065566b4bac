namespace Embeddings.Analysis.Clustering;

/// <summary>Disjoint sets of 0 to count − 1 that are joined ("union–find").</summary>
internal sealed class Components(int count)
{
    private readonly int[] _parents = [.. Enumerable.Range(0, count)];

    /// <summary>
    /// The set that this belongs to, named by one of its members. Many threads may ask while nobody joins; quickly so
    /// after <see cref="Flatten"/>.
    /// </summary>
    public int Of(int member)
    {
        while (_parents[member] != member)
        {
            member = _parents[member];
        }

        return member;
    }

    /// <summary>Joins the sets of two members; false where they were one.</summary>
    public bool Join(int x, int y)
    {
        var (a, b) = (Root(x), Root(y));
        _parents[Math.Max(a, b)] = Math.Min(a, b);
        return a != b;
    }

    /// <summary>Lets every member know its set directly.</summary>
    public void Flatten()
    {
        // A parent has a smaller number than its child, so it knows its set already.
        for (var member = 0; member < _parents.Length; member++)
        {
            _parents[member] = _parents[_parents[member]];
        }
    }

    private int Root(int member)
    {
        while (_parents[member] != member)
        {
            _parents[member] = _parents[_parents[member]];
            member = _parents[member];
        }

        return member;
    }
}
