using Embeddings.Storage.InMemory;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// Reads documents from the file that were found in memory. These two change one after the other: where they differ all
/// of it is done again, and in the end in a state of both that was entered between two commits. A document that is
/// found several times is read once.
/// </summary>
internal sealed class DocumentReads(SqliteCollection collection, GroupCommitter committer, Readers readers)
{
    /// <summary>
    /// Steps of a scan, as <see cref="ScanPool"/> counts them, that take as long as to read a row: 5 to 10
    /// microseconds.
    /// </summary>
    public const double StepsOfRow = 20_000;

    private const int MostAttempts = 4;

    // Of one answer: the largest page that is asked for has 10,000 documents.
    private const long MostBytes = 256 << 20;

    /// <summary>Finds pages of documents, and reads them.</summary>
    /// <param name="find">Finds them in a snapshot; in the state of now when there is none.</param>
    /// <param name="parts">What to read of each.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="AnswerTooLargeException">They are more than an answer may hold.</exception>
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

        // Fails by its task alone, so that the snapshot is left.
        async Task<EntryHit[][]> FindAsync() => await find(snapshot);
    }

    /// <summary>The same of one page, without scores.</summary>
    public async Task<IReadOnlyList<Document>> ReadPageAsync(
        Func<CollectionSnapshot?, Task<EntryHit[]>> find, DocumentParts parts, CancellationToken cancellationToken)
    {
        var pages = await ReadAsync(async snapshot => [await find(snapshot)], parts, cancellationToken);
        return [.. pages[0].Select(item => item.Document)];
    }

    // By what the memory knows of them, before anything is read.
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
            // Dropped or replaced a moment ago.
            _ = collection.State;
            return null;
        }
    }

    // Null when a row is not the one that the memory knows.
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
