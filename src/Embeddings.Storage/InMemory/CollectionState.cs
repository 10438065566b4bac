using Embeddings.Storage.Filtering;
using Embeddings.Vectors.Index;

namespace Embeddings.Storage.InMemory;

/// <summary>
/// The memory of a collection: vectors, ids, and the entries of its documents. Any thread may read it; one thread at a
/// time may write it.
/// </summary>
internal sealed class CollectionState
{
    // An id, an entry, and their places in tables, in bytes.
    private const int BytesAnEntry = 250;

    private readonly Dictionary<string, int> _slots = [];
    private readonly List<int> _free = [];
    private EntryTable _entries;

    /// <param name="index">Rows by slot.</param>
    /// <param name="entries">Documents by slot.</param>
    /// <param name="names">Names of fields that the documents share.</param>
    /// <param name="digest">Sum of their checksums.</param>
    /// <exception cref="StoreUnusableException">Two documents have one id.</exception>
    public CollectionState(FlatIndex index, EntryTable entries, FieldNames names, ulong digest)
    {
        (Index, _entries, Names, Digest, Next) = (index, entries, names, digest, 1);
        foreach (var (slot, entry) in entries.From(1))
        {
            for (; Next < slot; Next++)
            {
                _free.Add(Next);
            }

            Next = slot + 1;
            (RowBytes, MetadataBytes) = (RowBytes + entry.RowBytes, MetadataBytes + entry.MetadataBytes);
            if (!_slots.TryAdd(entry.Id, slot))
            {
                throw new StoreUnusableException($"The id '{entry.Id}' is there twice.");
            }
        }

        // Slots are taken from the end, so the lowest comes first.
        _free.Reverse();
        index.Apply([], [], [], entries);
        Scans = new SharedScans(index);
    }

    /// <summary>
    /// The vectors, by slot. The companion of each view is the <see cref="EntryTable"/> of the same state.
    /// </summary>
    public FlatIndex Index { get; }

    /// <summary>Searches of the index.</summary>
    public SharedScans Scans { get; }

    /// <summary>Documents by slot.</summary>
    public EntryTable Entries => Volatile.Read(ref _entries);

    /// <summary>Names of fields that its documents share.</summary>
    public FieldNames Names { get; }

    /// <summary>Sum of the checksums of all rows.</summary>
    public ulong Digest { get; private set; }

    /// <summary>Sum of <see cref="Entry.RowBytes"/>.</summary>
    public long RowBytes { get; private set; }

    /// <summary>Sum of <see cref="Entry.MetadataBytes"/>.</summary>
    public long MetadataBytes { get; private set; }

    /// <summary>Bytes of memory, about.</summary>
    public long Bytes => Index.Bytes + (Entries.Count * (long)BytesAnEntry) + MetadataBytes;

    /// <summary>The first slot that was never used.</summary>
    public int Next { get; private set; }

    /// <summary>Slots that are empty, to be taken from the end.</summary>
    public IReadOnlyList<int> Free => _free;

    /// <summary>Bytes of memory that so many vectors and their entries take at least.</summary>
    public static long LeastBytes(long documents, int dimensions) =>
        documents * (BytesAnEntry + (dimensions * (sizeof(float) + 1L)));

    /// <summary>The slot of an id, or null.</summary>
    public int? Find(string id)
    {
        lock (_slots)
        {
            return _slots.TryGetValue(id, out var slot) ? slot : null;
        }
    }

    /// <summary>The documents that have these ids, all of one state. Ids without a document are left out.</summary>
    public EntryHit[] Find(IReadOnlyList<string> ids)
    {
        var found = new List<EntryHit>(ids.Count);
        lock (_slots)
        {
            foreach (var id in ids)
            {
                if (_slots.TryGetValue(id, out var slot))
                {
                    found.Add(new EntryHit(slot, _entries[slot]!, 0));
                }
            }
        }

        return [.. found];
    }

    /// <summary>The state of this moment.</summary>
    public CollectionSnapshot Enter() => new(Index);

    /// <summary>Makes committed changes visible, all at once.</summary>
    public void Apply(CollectionChanges changes)
    {
        var removed = changes.Entries.Where(change => change.Value is null).Select(change => (long)change.Key)
            .ToArray();
        var ids = new long[changes.Vectors.Count];
        var vectors = new float[ids.Length * Index.Dimensions];
        var i = 0;
        foreach (var (slot, vector) in changes.Vectors)
        {
            ids[i] = slot;
            vector.Span.CopyTo(vectors.AsSpan(i++ * Index.Dimensions));
        }

        var entries = _entries.With(changes.Entries);
        Index.Apply(removed, ids, vectors, entries, isChecked: true);
        lock (_slots)
        {
            foreach (var (id, slot) in changes.Slots)
            {
                if (slot == CollectionChanges.Gone)
                {
                    _slots.Remove(id);
                }
                else
                {
                    _slots[id] = slot;
                }
            }

            Volatile.Write(ref _entries, entries);
        }

        _free.RemoveRange(_free.Count - changes.Taken, changes.Taken);
        _free.AddRange(changes.Freed);
        (Next, Digest, RowBytes, MetadataBytes) = (
            changes.Next, changes.Digest, changes.RowBytes, changes.MetadataBytes);
    }
}
