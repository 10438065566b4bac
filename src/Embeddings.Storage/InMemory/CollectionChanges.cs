using Embeddings.Storage.Filtering;

namespace Embeddings.Storage.InMemory;

/// <summary>
/// What a transaction has changed in a collection so far: written to the file as it comes, and to memory once it is
/// committed.
/// </summary>
internal sealed class CollectionChanges(CollectionState state, IRowWriter rows, long revision)
{
    /// <summary>In place of a slot: the id is nobody's.</summary>
    public const int Gone = -1;

    private readonly Dictionary<string, int> _slots = [];
    private readonly Dictionary<int, Entry?> _entries = [];
    private readonly Dictionary<int, ReadOnlyMemory<float>> _vectors = [];
    private readonly List<int> _freed = [];

    /// <summary>Slots of ids that have changed, or <see cref="Gone"/>.</summary>
    public IReadOnlyDictionary<string, int> Slots => _slots;

    /// <summary>Slots that have changed, with what is in them now.</summary>
    public IReadOnlyDictionary<int, Entry?> Entries => _entries;

    /// <summary>The vectors of those that are not empty.</summary>
    public IReadOnlyDictionary<int, ReadOnlyMemory<float>> Vectors => _vectors;

    /// <summary>How many of the state's free slots are taken.</summary>
    public int Taken { get; private set; }

    /// <summary>Slots that are free from now on.</summary>
    public IReadOnlyList<int> Freed => _freed;

    /// <summary>The first slot that was never used.</summary>
    public int Next { get; private set; } = state.Next;

    /// <summary>Sum of the checksums of all rows.</summary>
    public ulong Digest { get; private set; } = state.Digest;

    /// <summary>Sum of <see cref="Storage.InMemory.Entry.RowBytes"/>.</summary>
    public long RowBytes { get; private set; } = state.RowBytes;

    /// <summary>Sum of <see cref="Storage.InMemory.Entry.MetadataBytes"/>.</summary>
    public long MetadataBytes { get; private set; } = state.MetadataBytes;

    /// <summary>Documents there are now.</summary>
    public long Count { get; private set; } = state.Entries.Count;

    /// <summary>Whether anything was to be put, even if it failed.</summary>
    public bool HasPuts { get; private set; }

    /// <summary>Adds a document, or replaces the one that has its id.</summary>
    public void Put(Document document)
    {
        HasPuts = true;
        var slot = Find(document.Id);
        if (slot == Gone)
        {
            slot = Take();
            Count++;
        }
        else
        {
            Subtract(Entry(slot)!);
        }

        var entry = Storage.InMemory.Entry.Of(document, state.Names, revision, rows.Put(slot, document, revision));
        Digest += entry.Checksum;
        (RowBytes, MetadataBytes) = (RowBytes + entry.RowBytes, MetadataBytes + entry.MetadataBytes);
        (_slots[document.Id], _entries[slot], _vectors[slot]) = (slot, entry, document.Vector);
    }

    /// <summary>Deletes the document that has an id.</summary>
    /// <returns>False when there is none.</returns>
    public bool Delete(string id)
    {
        var slot = Find(id);
        if (slot == Gone)
        {
            return false;
        }

        rows.Delete(slot);
        Subtract(Entry(slot)!);
        Count--;
        (_slots[id], _entries[slot]) = (Gone, null);
        _vectors.Remove(slot);
        _freed.Add(slot);
        return true;
    }

    /// <summary>
    /// Ids of the documents that a filter lets through, where those of an earlier state are known: only what has
    /// changed since is looked at.
    /// </summary>
    /// <param name="filter">Which.</param>
    /// <param name="earlier">The state that was looked at.</param>
    /// <param name="matching">What the filter let through in it.</param>
    public List<string> Matching(Filter filter, EntryTable earlier, IReadOnlyList<(int Slot, Entry Entry)> matching) =>
    [
        .. matching.Where(item => ReferenceEquals(state.Entries[item.Slot], item.Entry))
            .Concat(state.Entries.ChangedSince(earlier).Where(item => filter.Matches(item.Entry.Fields)))
            .Where(item => !_entries.ContainsKey(item.Slot)).Select(item => item.Entry)
            .Concat(_entries.Values.OfType<Entry>().Where(entry => filter.Matches(entry.Fields)))
            .Select(entry => entry.Id),
    ];

    private void Subtract(Entry entry)
    {
        Digest -= entry.Checksum;
        (RowBytes, MetadataBytes) = (RowBytes - entry.RowBytes, MetadataBytes - entry.MetadataBytes);
    }

    private int Find(string id) => _slots.TryGetValue(id, out var slot) ? slot : state.Find(id) ?? Gone;

    private Entry? Entry(int slot) => _entries.TryGetValue(slot, out var entry) ? entry : state.Entries[slot];

    // Slots freed by this very transaction wait: their old rows may be what somebody reads.
    private int Take() => Taken < state.Free.Count ? state.Free[state.Free.Count - ++Taken] : Next++;
}
