using System.Globalization;
using System.Runtime.CompilerServices;
using Embeddings.Storage.Filtering;
using Embeddings.Storage.InMemory;
using Embeddings.Vectors.Index;

namespace Embeddings.Storage.Sqlite;

/// <summary>A collection: its vectors, ids and filterable fields in memory, everything in the file.</summary>
internal sealed class SqliteCollection : IDocumentCollection
{
    private readonly GroupCommitter _committer;
    private readonly Readers _readers;
    private readonly CollectionLoader _loader;
    private readonly LongReads _longReads;
    private readonly DocumentReads _reads;
    private RowWriter? _rows;
    private CollectionState _state;
    private CollectionNotLoadedException? _problem;
    private readonly string _path;
    private volatile Func<Exception>? _end;

    public SqliteCollection(
        CollectionRow row, CollectionState state, GroupCommitter committer, Readers readers, CollectionLoader loader,
        LongReads longReads, string path)
    {
        (Row, _state, _committer, _readers, _loader, _longReads, _path) = (
            row, state, committer, readers, loader, longReads, path);
        _reads = new DocumentReads(this, committer, readers);
        Info = new CollectionInfo(row.Name, row.Settings(path), DateTimeOffset.FromUnixTimeMilliseconds(row.Created));
    }

    /// <summary>A collection whose documents are not in memory.</summary>
    public static SqliteCollection NotLoaded(
        CollectionRow row, GroupCommitter committer, Readers readers, CollectionLoader loader, LongReads longReads,
        string path, Exception? reason)
    {
        var settings = row.Settings(path);
        var nothing = new CollectionState(
            new FlatIndex(settings.Dimensions, settings.Metric), EntryTable.Empty, new FieldNames(), 0);
        return new SqliteCollection(row, nothing, committer, readers, loader, longReads, path)
        {
            _problem = new CollectionNotLoadedException(row.Name, row.Documents, reason),
        };
    }

    public CollectionInfo Info { get; }

    public CollectionStatus Status => _problem is { } problem
        ? new CollectionStatus(problem.Documents, 0, null, problem.Message)
        : new CollectionStatus(_state.Entries.Count, _state.Bytes, _state.RowBytes, null)
        {
            Version = _state.Digest.ToString("x16", CultureInfo.InvariantCulture),
        };

    /// <summary>Its row as it was when created or loaded. The file has newer counts and digests.</summary>
    public CollectionRow Row { get; }

    public CollectionState State
    {
        get
        {
            ThrowIfOver();
            return _problem is { } problem ? throw problem.Again() : Volatile.Read(ref _state);
        }
    }

    private int Dimensions => Info.Settings.Dimensions;

    public Task<CollectionStatus> GetStatusAsync(CancellationToken cancellationToken) => Task.FromResult(Status);

    public async Task UpsertAsync(IReadOnlyList<Document> documents, CancellationToken cancellationToken)
    {
        ArgumentCheck.Documents(documents, Dimensions);
        if (documents.Count > 0)
        {
            await _committer.RunAsync(documents.Count, transaction => Put(transaction, documents), cancellationToken);
        }
    }

    public Task<int> DeleteAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        _committer.RunAsync(ids.Count, transaction =>
    {
        var changes = transaction.Change(this);
        return ids.Count(changes.Delete);
    }, cancellationToken);

    // The filter is evaluated before the commit, since other writes wait for a commit. Only documents that have changed
    // meanwhile are evaluated in it.
    public async Task<int> DeleteAsync(Filter filter, CancellationToken cancellationToken)
    {
        var entries = State.Entries;
        var matching = await ScanAsync(entries, filter, matching => matching.ToList(), cancellationToken);
        return await _committer.RunAsync(matching.Count + 1, transaction =>
        {
            var changes = transaction.Change(this);
            return changes.Matching(filter, entries, matching).Count(changes.Delete);
        }, cancellationToken);
    }

    // Rows are read in the commit, so that nothing that others write is lost.
    public Task<int> SetFieldAsync(
        string field, IReadOnlyDictionary<string, MetadataValue?> values, CancellationToken cancellationToken) =>
        _committer.RunAsync(values.Count, transaction =>
    {
        var changes = transaction.Change(this);
        using var rows = new RowReader(transaction.Connection, Row.Key);
        return values.Count(item =>
        {
            if (changes.SlotOf(item.Key) is not { } slot || !rows.Find(slot))
            {
                return false;
            }

            var document = rows.Document(DocumentParts.All);
            rows.End();
            changes.Put(document with { Metadata = Metadata.With(document.Metadata, field, item.Value) });
            return true;
        });
    }, cancellationToken);

    public async Task<long> CountAsync(Filter? filter, CancellationToken cancellationToken)
    {
        var entries = State.Entries;
        return filter is null
            ? entries.Count
            : await ScanAsync(entries, filter, matching => matching.LongCount(), cancellationToken);
    }

    public async Task<IReadOnlyList<Document>> GetAsync(
        IReadOnlyList<string> ids, DocumentParts parts, CancellationToken cancellationToken) =>
        await _reads.ReadPageAsync(_ => Task.FromResult(State.Find(ids)), parts, cancellationToken);

    // The cursor is the slot of the last document of the page: slots are never renumbered.
    public async Task<DocumentPage> ListAsync(
        Filter? filter, string? cursor, int limit, DocumentParts parts, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var after = cursor is null ? 0
            : long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var slot) ? slot
            : throw new ArgumentException($"'{cursor}' is no cursor of this store.", nameof(cursor));
        var start = (int)Math.Min(after, int.MaxValue - 1) + 1;
        string? next = null;
        var documents = await _reads.ReadPageAsync(FindAsync, parts, cancellationToken);
        return new DocumentPage(documents, next);

        async Task<EntryHit[]> FindAsync(CollectionSnapshot? snapshot)
        {
            var entries = snapshot is null ? State.Entries : snapshot.Entries;
            // One document more than the page holds shows whether there is another page.
            var found = await ScanAsync(
                entries, filter, matching => matching.Take((int)Math.Min(limit + 1L, int.MaxValue)).ToList(),
                cancellationToken, start);
            next = found.Count > limit ? found[limit - 1].Slot.ToString(CultureInfo.InvariantCulture) : null;
            return [.. found.Take(limit).Select(item => new EntryHit(item.Slot, item.Entry, 0))];
        }
    }

    public async Task<IReadOnlyList<IReadOnlyList<DocumentHit>>> SearchAsync(
        SearchRequest request, CancellationToken cancellationToken)
    {
        ArgumentCheck.Search(request, Dimensions);
        return await _reads.ReadAsync(
            snapshot => snapshot is null
                ? State.Scans.RankAsync(request, cancellationToken)
                : SharedScans.RankAsync(snapshot, request, cancellationToken),
            request.Parts,
            cancellationToken);
    }

    public async IAsyncEnumerable<Document> ReadAllAsync(
        DocumentParts parts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var scan = new TableScan(EnterOwn(), _longReads, Row);
        while (Next() is { } document)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return document;
        }

        await Task.CompletedTask;

        Document? Next()
        {
            try
            {
                return scan.Next(parts);
            }
            catch (MissingTableException)
            {
                // The collection was dropped or replaced before the first row was read.
                ThrowIfOver();
                throw new CollectionNotFoundException(Info.Name);
            }
        }
    }

    // Under the gate no commit becomes visible, so the collection's table exists in the state that is entered.
    private Readers.Reader EnterOwn()
    {
        lock (_committer.Gate)
        {
            ThrowIfOver();
            return _readers.EnterNow();
        }
    }

    // Reads every row, of which there may be a million.
    public Task<long> CountWithoutTextAsync(CancellationToken cancellationToken) =>
        ScanPool.RunAsync(DocumentReads.StepsOfRow * Status.Documents, () =>
    {
        _ = State;
        using var reader = EnterOwn();
        return reader.CountWithoutText(Row.Key);
    }, cancellationToken);

    public async Task<IDocumentCollection> ReembedAsync(ReembedRequest request, CancellationToken cancellationToken)
    {
        ArgumentCheck.Unicode(request.Model, nameof(request));
        ArgumentCheck.Unicode(request.DocumentPrompt, nameof(request));
        ArgumentCheck.Unicode(request.QueryPrompt, nameof(request));
        return await new Reembedding(this, request, _committer, _readers, Replacement).RunAsync(cancellationToken);
    }

    public Task WriteFaissAsync(Stream stream, CancellationToken cancellationToken) =>
        FaissStream.WriteAsync(State.Index, Info.Name, stream, _longReads, cancellationToken);

    /// <summary>Writes documents that have been checked.</summary>
    /// <returns>The number of documents.</returns>
    public int Put(WriteTransaction transaction, IReadOnlyList<Document> documents)
    {
        var changes = transaction.Change(this);
        foreach (var document in documents)
        {
            changes.Put(document);
        }

        return documents.Count;
    }

    /// <summary>The statements that write its rows.</summary>
    public RowWriter RowsOf(Connection connection) =>
        _rows ??= new RowWriter(connection, Schema.DocumentTable(Row.Key));

    public void ReleaseRows()
    {
        _rows?.Dispose();
        _rows = null;
    }

    /// <summary>From now on every use throws the reason why the collection is gone.</summary>
    public void End(Func<Exception> reason) => _end = reason;

    /// <exception cref="CollectionNotFoundException">It has been dropped.</exception>
    /// <exception cref="CollectionReplacedException">It has moved to another model.</exception>
    public void ThrowIfOver()
    {
        if (_end is { } reason)
        {
            throw reason();
        }
    }

    /// <summary>Applies committed changes to the memory.</summary>
    public void Publish(CollectionChanges changes)
    {
        try
        {
            _state.Apply(changes);
        }
        catch (Exception first)
        {
            // Most likely there was not enough memory, and half of the changes are applied. The file is right, so the
            // state is loaded again from it.
            try
            {
                _state = _loader.Load(Row with { Documents = changes.Count, Digest = changes.Digest }, _ => { });
            }
            catch (Exception second)
            {
                _problem = new CollectionNotLoadedException(
                    Info.Name, changes.Count, new AggregateException(first, second));
            }
        }
    }

    private SqliteCollection Replacement(CollectionRow row, CollectionState state) =>
        new(row, state, _committer, _readers, _loader, _longReads, _path);

    private static Task<T> ScanAsync<T>(
        EntryTable entries, Filter? filter, Func<IEnumerable<(int Slot, Entry Entry)>, T> take,
        CancellationToken cancellationToken, int start = 1) => ScanPool.RunAsync(
        Ranking.FilterSteps(entries.Count, entries.MetadataBytes, filter?.Size ?? 0),
        () => take(entries.From(start, cancellationToken).Where(item => filter?.Matches(item.Entry.Fields) != false)),
        cancellationToken);
}
