namespace Embeddings.Vectors.Index;

/// <summary>
/// The best rows seen so far: a heap with the worst of them on top. Keys are compared larger-is-better, equal keys by
/// their ids. Not thread-safe.
/// </summary>
/// <param name="k">How many to keep.</param>
/// <param name="ties">The order of ids whose keys are equal, the best first; null for the smaller id first.</param>
internal sealed class TopK(int k, IComparer<long>? ties = null)
{
    private Entry[] _heap = new Entry[Math.Min(k, 16)];

    private readonly record struct Entry(float Key, long Id);

    public int Count { get; private set; }

    /// <summary>A row with a smaller key is not among the best. A row with an equal key may be, by its id.</summary>
    public float Threshold => Count == k ? _heap[0].Key : float.NegativeInfinity;

    public void Offer(float key, long id)
    {
        var entry = new Entry(key, id);
        if (Count < k)
        {
            if (Count == _heap.Length)
            {
                Array.Resize(ref _heap, (int)Math.Min(k, 2L * _heap.Length));
            }

            SiftUp(Count++, entry);
        }
        else if (IsWorse(_heap[0], entry))
        {
            SiftDown(entry);
        }
    }

    /// <summary>Offers another's best to this one.</summary>
    public void Merge(TopK other)
    {
        for (var i = 0; i < other.Count; i++)
        {
            Offer(other._heap[i].Key, other._heap[i].Id);
        }
    }

    /// <summary>Best first. <paramref name="score"/> makes the score to show of a key.</summary>
    public Hit[] ToSorted(Func<float, float> score)
    {
        var entries = _heap.AsSpan(0, Count);
        entries.Sort((x, y) => IsWorse(x, y) ? 1 : IsWorse(y, x) ? -1 : 0);
        var hits = new Hit[Count];
        for (var i = 0; i < hits.Length; i++)
        {
            hits[i] = new Hit(entries[i].Id, score(entries[i].Key));
        }

        return hits;
    }

    private bool IsWorse(Entry entry, Entry other) =>
        entry.Key < other.Key
            || (entry.Key == other.Key && (ties is null ? entry.Id > other.Id : ties.Compare(entry.Id, other.Id) > 0));

    private void SiftUp(int position, Entry entry)
    {
        while (position > 0 && IsWorse(entry, _heap[(position - 1) / 2]))
        {
            _heap[position] = _heap[(position - 1) / 2];
            position = (position - 1) / 2;
        }

        _heap[position] = entry;
    }

    private void SiftDown(Entry entry)
    {
        var position = 0;
        while (true)
        {
            var child = (2 * position) + 1;
            if (child >= Count)
            {
                break;
            }

            if (child + 1 < Count && IsWorse(_heap[child + 1], _heap[child]))
            {
                child++;
            }

            if (!IsWorse(_heap[child], entry))
            {
                break;
            }

            _heap[position] = _heap[child];
            position = child;
        }

        _heap[position] = entry;
    }
}

/// <summary>A hit of a search: one of the k nearest rows.</summary>
/// <param name="Id">The caller's id of the row.</param>
/// <param name="Score">Cosine, dot product, or Euclidean distance (not squared), as the index' metric says.</param>
public readonly record struct Hit(long Id, float Score);
