using Embeddings.Storage.InMemory;
using Embeddings.Vectors.Index;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// Makes a second set of rows and vectors of a collection from its texts, and replaces the first set by it. The rows
/// grow in a table of their own in small transactions. The switch is one transaction: it writes the last rows, drops
/// the old table and renames the new one. An instance serves one run.
/// </summary>
internal sealed class Reembedding(
    SqliteCollection collection, ReembedRequest request, GroupCommitter committer, Readers readers,
    Func<CollectionRow, CollectionState, SqliteCollection> make)
{
    // Documents of a batch. It has a few thousand tokens, so a search that comes meanwhile does not wait long to be
    // embedded.
    private const int BatchSize = 32;

    // Documents that are written during a pass are left for the next pass. The switch embeds the rest while all other
    // writes wait, so it begins only when at most this many are left: half a second for texts of 30 tokens. A
    // collection that is written faster than it is embedded switches once that ends.
    private const int FewEnough = 64;

    private readonly FlatIndex _index = new(request.Dimensions, collection.Info.Settings.Metric);

    // By slot. A revision is that of the row that the vector was made from.
    private readonly Dictionary<int, Entry> _made = [];
    private readonly Dictionary<int, long> _textless = [];

    // Used and disposed of on the committer's thread alone.
    private RowWriter? _rows;
    private long _key;

    public async Task<SqliteCollection> RunAsync(CancellationToken cancellationToken)
    {
        await committer.RunAsync(1, Begin, cancellationToken);
        try
        {
            for (var pass = 0; ; pass++)
            {
                var due = Due();
                if ((due.Count == 0 || (pass > 0 && due.Count <= FewEnough))
                    && await committer.RunAloneAsync(
                        transaction => TrySwitch(transaction, cancellationToken), cancellationToken) is { } next)
                {
                    return next;
                }

                await PassAsync(due, cancellationToken);
                ThrowIfTextless();
            }
        }
        catch
        {
            await DiscardAsync();
            throw;
        }
    }

    private bool Begin(WriteTransaction transaction)
    {
        collection.ThrowIfOver();
        _key = transaction.NewKey();
        transaction.Touch(adds: true);
        transaction.Connection.Execute($"UPDATE sqlite_sequence SET seq = {_key} WHERE name = 'collections'");
        transaction.Connection.Execute(Schema.CreateDocuments(Schema.UnfinishedTable(_key)));
        return true;
    }

    private List<(int Slot, Entry Entry)> Due() =>
    [
        .. collection.State.Entries.From(1).Where(item =>
            _made.GetValueOrDefault(item.Slot)?.Revision != item.Entry.Revision
                && _textless.GetValueOrDefault(item.Slot) != item.Entry.Revision),
    ];

    private async Task PassAsync(List<(int Slot, Entry Entry)> due, CancellationToken cancellationToken)
    {
        foreach (var batch in due.Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var found = Read(batch);
            if (found.Count > 0)
            {
                var vectors = Checked(
                    await request.Embed(found.ConvertAll(item => item.Document), cancellationToken), found.Count);
                var checksums = await committer.RunAsync(
                    found.Count, transaction => Write(transaction, found, vectors), cancellationToken);
                Remember(found, vectors, checksums);
            }

            request.Progress?.Invoke(_made.Count + _textless.Count, collection.State.Entries.Count);
        }
    }

    private List<Made> Read((int Slot, Entry Entry)[] batch)
    {
        try
        {
            using var reader = readers.Enter();
            return Read(reader.Rows(collection.Row.Key), batch);
        }
        catch (MissingTableException)
        {
            collection.ThrowIfOver();
            throw;
        }
    }

    // Skips rows that were written since; they are left for the next pass.
    private List<Made> Read(RowReader rows, (int Slot, Entry Entry)[] batch)
    {
        var found = new List<Made>(batch.Length);
        foreach (var (slot, entry) in batch)
        {
            if (!rows.Find(slot) || rows.Revision != entry.Revision)
            {
                continue;
            }

            if (rows.Document(DocumentParts.Text | DocumentParts.Metadata) is { Text.Length: > 0 } document)
            {
                found.Add(new Made(slot, entry, document));
            }
            else
            {
                _textless[slot] = entry.Revision;
            }
        }

        rows.End();
        return found;
    }

    private ulong[] Write(WriteTransaction transaction, List<Made> found, IReadOnlyList<ReadOnlyMemory<float>> vectors)
    {
        collection.ThrowIfOver();
        transaction.Touch(adds: true);
        var rows = _rows ??= new RowWriter(transaction.Connection, Schema.UnfinishedTable(_key));
        return [.. found.Select(
            (item, i) => rows.Put(item.Slot, item.Document with { Vector = vectors[i] }, item.Entry.Revision))];
    }

    private void Remember(List<Made> found, IReadOnlyList<ReadOnlyMemory<float>> vectors, ulong[] checksums)
    {
        for (var i = 0; i < found.Count; i++)
        {
            _index.Upsert(found[i].Slot, vectors[i].Span);
            _made[found[i].Slot] = found[i].Entry with
            {
                Checksum = checksums[i],
                RowBytes = found[i].Entry.RowBytes + (
                    (request.Dimensions - collection.Info.Settings.Dimensions) * sizeof(float)),
            };
        }
    }

    private IReadOnlyList<ReadOnlyMemory<float>> Checked(IReadOnlyList<ReadOnlyMemory<float>> vectors, int count)
    {
        if (vectors.Count != count)
        {
            throw new ArgumentException($"{vectors.Count} vectors were made for {count} documents.", nameof(vectors));
        }

        for (var i = 0; i < count; i++)
        {
            VectorCheck.Check(vectors[i].Span, 1, request.Dimensions, $"vectors[{i}]");
        }

        return vectors;
    }

    // Runs alone on the committer's thread, so nothing else is written to the collection meanwhile. Returns null if too
    // many documents are left.
    private SqliteCollection? TrySwitch(WriteTransaction transaction, CancellationToken cancellationToken)
    {
        var entries = collection.State.Entries;
        var due = Due();
        if (due.Count > FewEnough)
        {
            return null;
        }

        using (var rows = new RowReader(transaction.Connection, collection.Row.Key))
        {
            foreach (var batch in due.Chunk(BatchSize))
            {
                var found = Read(rows, batch);
                if (found.Count > 0)
                {
                    // To block is right here: this is the committer's own thread, and every further write has to wait
                    // for the switch.
                    var vectors = Checked(
                        request.Embed(found.ConvertAll(item => item.Document), cancellationToken).GetAwaiter()
                            .GetResult(),
                        found.Count);
                    Remember(found, vectors, Write(transaction, found, vectors));
                }
            }
        }

        ThrowIfTextless();
        cancellationToken.ThrowIfCancellationRequested();
        RemoveOutdated(transaction, entries);
        ReleaseRows();
        var table = new Entry?[_made.Count == 0 ? 1 : _made.Keys.Max() + 1];
        var digest = 0UL;
        foreach (var (slot, entry) in _made)
        {
            table[slot] = entry;
            digest += entry.Checksum;
        }

        var row = collection.Row with
        {
            Key = _key,
            Model = request.Model,
            Dimensions = request.Dimensions,
            DocumentPrompt = request.DocumentPrompt,
            QueryPrompt = request.QueryPrompt,
            Documents = _made.Count,
            Digest = digest,
        };
        var next = make(row, new CollectionState(_index, EntryTable.Of(table), collection.State.Names, digest));
        transaction.Replace(collection, next);
        return next;
    }

    // Removes documents that were deleted, or replaced by one without a text, after their row was written.
    private void RemoveOutdated(WriteTransaction transaction, EntryTable entries)
    {
        var rows = _rows ??= new RowWriter(transaction.Connection, Schema.UnfinishedTable(_key));
        var outdated = _made.Where(item => entries[item.Key]?.Revision != item.Value.Revision).Select(item => item.Key);
        foreach (var slot in outdated.ToList())
        {
            rows.Delete(slot);
            _index.Remove([slot]);
            _made.Remove(slot);
        }
    }

    private void ThrowIfTextless()
    {
        var entries = collection.State.Entries;
        var count = request.DropsDocumentsWithoutText
            ? 0
            : _textless.Count(item => entries[item.Key]?.Revision == item.Value);
        if (count > 0)
        {
            throw new DocumentsWithoutTextException(collection.Info.Name, count);
        }
    }

    private async Task DiscardAsync()
    {
        try
        {
            await committer.RunAsync(1, transaction =>
            {
                ReleaseRows();
                transaction.Touch(adds: false);
                transaction.Connection.Execute($"DROP TABLE IF EXISTS {Schema.UnfinishedTable(_key)}");
                return true;
            }, CancellationToken.None);
        }
        catch (StoreException)
        {
            // The caller gets the first failure, not this one. The next start removes the table. The committer's thread
            // no longer uses the rows, so they can be released here.
            ReleaseRows();
        }
    }

    private void ReleaseRows()
    {
        _rows?.Dispose();
        _rows = null;
    }

    private sealed record Made(int Slot, Entry Entry, Document Document);
}
