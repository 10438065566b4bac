using Embeddings.Storage.InMemory;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// Reads documents from the file that were found in memory. A commit changes the file first and the memory just after.
/// If a read meets the two in different states, it is done again; the fourth time it enters both between two commits. A
/// document that is found several times is read once.
/// </summary>
internal sealed class DocumentReads(SqliteCollection collection, GroupCommitter committer, Readers readers)
{
    /// <summary>
    /// Steps of a scan, as <see cref="ScanPool"/> counts them, that take as long as the read of one row: 5 to 10 µs.
    /// </summary>
    public const double StepsOfRow = 20_000;

    private const int MostAttempts = 4;

    // Bytes of one answer. It bounds the memory of a page, which may have 10,000 documents.
    private const long MostBytes = 256 << 20;

    /// <summary>Finds pages of documents and reads them.</summary>
    /// <param name="find">Finds the documents in a snapshot; null stands for the current state.</param>
    /// <param name="parts">What to read of each document.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="AnswerTooLargeException">The documents are larger than one answer may be.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<DocumentHit>>> ReadAsync(
        Func<CollectionSnapshot?, Task<EntryHit[][]>> find, DocumentParts parts, CancellationToken cancellationToken)
    {
        for (var i = 1; i < MostAttempts; i++)
        {
            var found = await find(null);
            CheckSize(found, parts);
            var answer = await ScanPool.RunAsync(
                StepsOf(found), () => TryRead(found, parts, cancellationToken), cancellationToken);
            if (answer is not null)
            {
                return answer;
            }
        }

        using var reader = readers.Enter();
        CollectionSnapshot snapshot;
        Task<EntryHit[][]> finding;
        lock (committer.Gate)
        {
            reader.Begin();
            snapshot = collection.State.Enter();
            finding = FindAsync();
        }

        using var held = snapshot;
        var last = await finding;
        CheckSize(last, parts);
        return Read(reader, last, parts, cancellationToken)
            ?? throw new StoreException(
                $"Collection '{collection.Info.Name}' differs between memory and disk. Restart the server.");

        // Never throws before its task: otherwise the snapshot would not be disposed of.
        async Task<EntryHit[][]> FindAsync() => await find(snapshot);
    }

    /// <summary>The same for one page, without scores.</summary>
    public async Task<IReadOnlyList<Document>> ReadPageAsync(
        Func<CollectionSnapshot?, Task<EntryHit[]>> find, DocumentParts parts, CancellationToken cancellationToken)
    {
        var pages = await ReadAsync(async snapshot => [await find(snapshot)], parts, cancellationToken);
        return [.. pages[0].Select(item => item.Document)];
    }

    // Computed from the entries, before anything is read.
    private void CheckSize(EntryHit[][] pages, DocumentParts parts)
    {
        var vector = (long)collection.Info.Settings.Dimensions * sizeof(float);
        var bytes = parts == DocumentParts.None ? 0 : pages.Sum(page => page.Sum(item => SizeOf(item.Entry)));
        if (bytes > MostBytes)
        {
            throw new AnswerTooLargeException(bytes, MostBytes);
        }

        long SizeOf(Entry entry) =>
            (parts.HasFlag(DocumentParts.Text) ? entry.RowBytes - entry.MetadataBytes - vector : 0)
            + (parts.HasFlag(DocumentParts.Metadata) ? entry.MetadataBytes : 0)
            + (parts.HasFlag(DocumentParts.Vector) ? vector : 0);
    }

    private static double StepsOf(EntryHit[][] pages) => StepsOfRow * pages.Sum(page => page.Length);

    private List<IReadOnlyList<DocumentHit>>? TryRead(
        EntryHit[][] pages, DocumentParts parts, CancellationToken cancellationToken)
    {
        try
        {
            using var reader = readers.Enter();
            return Read(reader, pages, parts, cancellationToken);
        }
        catch (MissingTableException)
        {
            // The collection was dropped or replaced a moment ago; the state throws if so.
            _ = collection.State;
            return null;
        }
    }

    // Returns null if a row has another revision than its entry.
    private List<IReadOnlyList<DocumentHit>>? Read(
        Readers.Reader reader, EntryHit[][] pages, DocumentParts parts, CancellationToken cancellationToken)
    {
        var answers = new List<IReadOnlyList<DocumentHit>>(pages.Length);
        var read = new Dictionary<int, Document>();
        foreach (var page in pages)
        {
            var documents = new List<DocumentHit>(page.Length);
            foreach (var item in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!read.TryGetValue(item.Slot, out var document))
                {
                    if (Read(reader, item, parts) is not { } found)
                    {
                        return null;
                    }

                    read[item.Slot] = document = found;
                }

                documents.Add(new DocumentHit(document, item.Score) { Group = item.Group });
            }

            answers.Add(documents);
        }

        return answers;
    }

    private Document? Read(Readers.Reader reader, EntryHit item, DocumentParts parts)
    {
        if (parts == DocumentParts.None)
        {
            return new Document(item.Entry.Id, default) { Number = item.Slot };
        }

        var rows = reader.Rows(collection.Row.Key);
        return rows.Find(item.Slot) && rows.Revision == item.Entry.Revision ? rows.Document(parts) : null;
    }
}
