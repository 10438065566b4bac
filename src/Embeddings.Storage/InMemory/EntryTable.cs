using System.Text;
using Embeddings.Storage.Filtering;

namespace Embeddings.Storage.InMemory;

/// <summary>What the memory holds of a document beside its vector. Immutable.</summary>
/// <param name="Id">The caller's id.</param>
/// <param name="Fields">The fields that filters see.</param>
/// <param name="Revision">
/// Number of the commit that wrote the document. It tells whether a row on disk is still this one.
/// </param>
/// <param name="Checksum">Checksum of the row on disk.</param>
internal sealed record Entry(string Id, MetadataFields Fields, long Revision, ulong Checksum)
{
    /// <summary>
    /// Bytes of a row beside its values, about: slot, revision, checksum, and lengths.
    /// </summary>
    public const int RowOverhead = 32;

    /// <summary>Bytes of the row on disk, about.</summary>
    public int RowBytes { get; init; }

    /// <summary>Bytes of the metadata's JSON in UTF-8. The fields take about as much memory.</summary>
    public int MetadataBytes { get; init; }

    /// <summary>The entry of a document that was written.</summary>
    public static Entry Of(Document document, FieldNames names, long revision, ulong checksum)
    {
        var metadata = Encoding.UTF8.GetByteCount(document.Metadata?.Json ?? "");
        return new Entry(
            document.Id, (document.Metadata?.Fields ?? MetadataFields.None).Shared(names), revision, checksum)
        {
            RowBytes = RowOverhead + Encoding.UTF8.GetByteCount(document.Id)
                + Encoding.UTF8.GetByteCount(document.Text ?? "") + metadata + (document.Vector.Length * sizeof(float)),
            MetadataBytes = metadata,
        };
    }
}

/// <summary>
/// The entries of one state of a collection, by slot. Immutable: a change makes a new table and copies only the pages
/// that it touches.
/// </summary>
internal sealed class EntryTable
{
    // A change of one document copies a page and the list of pages: about 16 kB in a collection of a million documents.
    private const int PageSize = 1024;

    private readonly Entry?[][] _pages;

    private EntryTable(Entry?[][] pages, int count, long metadataBytes) =>
        (_pages, Count, MetadataBytes) = (pages, count, metadataBytes);

    /// <summary>No documents.</summary>
    public static EntryTable Empty { get; } = new([], 0, 0);

    /// <summary>A table of these entries, by slot.</summary>
    public static EntryTable Of(Entry?[] entries)
    {
        var pages = entries.Chunk(PageSize).ToArray();
        if (pages.Length > 0)
        {
            Array.Resize(ref pages[^1], PageSize);
        }

        return new EntryTable(
            pages, entries.Count(entry => entry is not null), entries.Sum(entry => (long)(entry?.MetadataBytes ?? 0)));
    }

    /// <summary>Number of documents.</summary>
    public int Count { get; }

    /// <summary>Bytes of their metadata's JSON.</summary>
    public long MetadataBytes { get; }

    /// <summary>One more than the largest slot that the pages have room for.</summary>
    public int End => _pages.Length * PageSize;

    /// <summary>The document in a slot, or null.</summary>
    public Entry? this[long slot] => slot >= 0 && slot < End ? _pages[slot / PageSize][slot % PageSize] : null;

    /// <summary>A copy in which these slots have other documents, or none.</summary>
    public EntryTable With(IReadOnlyCollection<KeyValuePair<int, Entry?>> changes)
    {
        var needed = changes.Count == 0 ? 0 : (changes.Max(change => change.Key) / PageSize) + 1;
        var pages = new Entry?[Math.Max(_pages.Length, needed)][];
        _pages.CopyTo(pages, 0);
        for (var i = _pages.Length; i < pages.Length; i++)
        {
            pages[i] = new Entry?[PageSize];
        }

        var own = new bool[pages.Length];
        var (count, metadataBytes) = (Count, MetadataBytes);
        foreach (var (slot, entry) in changes)
        {
            var page = slot / PageSize;
            if (!own[page] && page < _pages.Length)
            {
                pages[page] = [.. _pages[page]];
            }

            own[page] = true;
            ref var current = ref pages[page][slot % PageSize];
            count += (entry is null ? 0 : 1) - (current is null ? 0 : 1);
            metadataBytes += (entry?.MetadataBytes ?? 0) - (current?.MetadataBytes ?? 0);
            current = entry;
        }

        return new EntryTable(pages, count, metadataBytes);
    }

    /// <summary>
    /// The documents that an earlier state did not have, or had in another revision. Pages that both states share are
    /// skipped.
    /// </summary>
    public IEnumerable<(int Slot, Entry Entry)> ChangedSince(EntryTable earlier)
    {
        for (var page = 0; page < _pages.Length; page++)
        {
            var before = page < earlier._pages.Length ? earlier._pages[page] : null;
            if (_pages[page] == before)
            {
                continue;
            }

            for (var i = 0; i < PageSize; i++)
            {
                if (_pages[page][i] is { } entry && !ReferenceEquals(entry, before?[i]))
                {
                    yield return ((page * PageSize) + i, entry);
                }
            }
        }
    }

    /// <summary>Documents by ascending slot.</summary>
    /// <param name="start">The first slot to look at.</param>
    /// <param name="cancellationToken">Checked for every document, since a filter may take long for one.</param>
    public IEnumerable<(int Slot, Entry Entry)> From(int start, CancellationToken cancellationToken = default)
    {
        for (var slot = Math.Max(0, start); slot < End; slot++)
        {
            if (_pages[slot / PageSize][slot % PageSize] is { } entry)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return (slot, entry);
            }
        }
    }
}
