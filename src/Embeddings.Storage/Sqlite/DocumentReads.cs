using Embeddings.Vectors.Index;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// Reads documents from the file that were found in memory. These two change one after the other: where they differ all of it is done again, and in the end in a state of
/// both that was entered between two commits.
/// </summary>
internal sealed class DocumentReads(SqliteCollection collection, Committer committer, Readers readers)
{
    /// <summary>Steps of a scan, as <see cref="ScanPool"/> counts them, that take as long as to read a row: 5 to 10 microseconds.</summary>
    public const double StepsOfRow = 20_000;

    private const int MostAttempts = 4;

    /// <summary>Finds pages of documents, and reads them.</summary>
    /// <param name="find">Finds them in the state that a view shows; in that of now when there is none.</param>
    /// <param name="parts">What to read of each.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<IReadOnlyList<ScoredDocument>>> ReadAsync(
        Func<FlatIndexView?, Task<Ranked[][]>> find, DocumentParts parts, CancellationToken cancellationToken)
    {
        for (var i = 1; i < MostAttempts; i++)
        {
            var found = await find(null);
            if (await ScanPool.RunAsync(StepsOf(found), () => TryRead(found, parts, cancellationToken), cancellationToken) is { } answer)
            {
                return answer;
            }
        }

        FlatIndexView view;
        Readers.Reader reader;
        Task<Ranked[][]> finding;
        lock (committer.Gate)
        {
            view = collection.State.Index.Enter();
            reader = readers.EnterNow();
            finding = find(view);
        }

        using (view)
        using (reader)
        {
            return Read(reader, await finding, parts, cancellationToken)
                ?? throw new StoreException($"Collection '{collection.Info.Name}' differs between memory and disk. Restart the server.");
        }
    }

    /// <summary>The same of one page, without scores.</summary>
    public async Task<IReadOnlyList<Document>> ReadPageAsync(Func<FlatIndexView?, Task<Ranked[]>> find, DocumentParts parts, CancellationToken cancellationToken)
    {
        var pages = await ReadAsync(async view => [await find(view)], parts, cancellationToken);
        return [.. pages[0].Select(item => item.Document)];
    }

    private static double StepsOf(Ranked[][] pages) => StepsOfRow * pages.Sum(page => page.Length);

    private List<IReadOnlyList<ScoredDocument>>? TryRead(Ranked[][] pages, DocumentParts parts, CancellationToken cancellationToken)
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
    private List<IReadOnlyList<ScoredDocument>>? Read(Readers.Reader reader, Ranked[][] pages, DocumentParts parts, CancellationToken cancellationToken)
    {
        var answers = new List<IReadOnlyList<ScoredDocument>>(pages.Length);
        foreach (var page in pages)
        {
            var documents = new List<ScoredDocument>(page.Length);
            foreach (var item in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Read(reader, item, parts) is not { } document)
                {
                    return null;
                }

                documents.Add(new ScoredDocument(document, item.Score) { Group = item.Group });
            }

            answers.Add(documents);
        }

        return answers;
    }

    private Document? Read(Readers.Reader reader, Ranked item, DocumentParts parts)
    {
        if (parts == DocumentParts.None)
        {
            return new Document(item.Entry.Id, default) { Number = item.Slot };
        }

        var rows = reader.Rows(collection.Row.Key);
        return rows.Find(item.Slot) && rows.Revision == item.Entry.Revision ? rows.Document(parts) : null;
    }
}
