using Embeddings.Storage.Filtering;

namespace Embeddings.Storage.InMemory;

/// <summary>
/// The changes that a transaction has made to a collection so far. Rows are written at once; the memory changes only
/// after the commit (<see cref="CollectionState.Apply"/>).
/// </summary>
internal sealed class CollectionChanges(CollectionState state, IRowWriter rows, long revision)
{
    /// <summary>Stands for the slot of an id that no document has.</summary>
    public const int Gone = -1;

    private readonly Dictionary<string, int> _slots = [];
    private readonly Dictionary<int, Entry?> _entries = [];
    private readonly Dictionary<int, ReadOnlyMemory<float>> _vectors = [];
    private readonly List<int> _freed = [];

    /// <summary>The changed ids and their slots, or <see cref="Gone"/>.</summary>
    public IReadOnlyDictionary<string, int> Slots => _slots;

    /// <summary>The changed slots and their documents; null for an empty slot.</summary>
    public IReadOnlyDictionary<int, Entry?> Entries => _entries;

    /// <summary>The vectors of changed slots that are not empty.</summary>
    public IReadOnlyDictionary<int, ReadOnlyMemory<float>> Vectors => _vectors;

    /// <summary>How many of the state's free slots are taken.</summary>
    public int Taken { get; private set; }

    /// <summary>Slots that are free from this commit on.</summary>
    public IReadOnlyList<int> Freed => _freed;

    /// <summary>The first slot that was never used.</summary>
    public int Next { get; private set; } = state.Next;

    /// <summary>Sum of the checksums of all rows.</summary>
    public ulong Digest { get; private set; } = state.Digest;

    /// <summary>Sum of <see cref="Storage.InMemory.Entry.RowBytes"/>.</summary>
    public long RowBytes { get; private set; } = state.RowBytes;

    /// <summary>Sum of <see cref="Storage.InMemory.Entry.MetadataBytes"/>.</summary>
    public long MetadataBytes { get; private set; } = state.MetadataBytes;

    /// <summary>Documents of the collection after these changes.</summary>
    public long Count { get; private set; } = state.Entries.Count;

    /// <summary>Whether a put was tried, even if it failed.</summary>
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

    /// <summary>The slot of the document that has an id; null when there is none.</summary>
    public int? SlotOf(string id) => Find(id) is var slot && slot == Gone ? null : slot;

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
    /// Ids of the documents that match a filter, given those that matched in an earlier state. Only documents that have
    /// changed since are compared.
    /// </summary>
    /// <param name="filter">The filter.</param>
    /// <param name="earlier">The earlier state.</param>
    /// <param name="matching">The documents that matched in the earlier state.</param>
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

    // Slots that this transaction has freed are not taken: readers may still read their old rows.
    private int Take() => Taken < state.Free.Count ? state.Free[state.Free.Count - ++Taken] : Next++;
}
