using Embeddings.Storage.InMemory;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// One transaction of the committer: its changes so far, and what becomes visible after the commit. For the committer's
/// thread.
/// </summary>
/// <param name="connection">The connection that writes.</param>
/// <param name="commit">Number of the commit.</param>
internal sealed class WriteTransaction(Connection connection, long commit)
{
    private readonly Dictionary<SqliteCollection, CollectionChanges> _changes = [];
    private readonly Dictionary<string, SqliteCollection?> _names = [];
    private readonly List<SqliteCollection> _dropped = [];
    private readonly List<SqliteCollection> _replaced = [];
    private bool _touched;
    private bool _adds;

    public Connection Connection => connection;

    /// <summary>Number of the commit.</summary>
    public long Commit => commit;

    /// <summary>The names that have another collection after the commit; null for a dropped one.</summary>
    public IReadOnlyDictionary<string, SqliteCollection?> Names => _names;

    /// <summary>Whether there is anything to commit.</summary>
    public bool HasChanges => _touched || _names.Count > 0 || _changes.Values.Any(changes => changes.Slots.Count > 0);

    /// <summary>Bytes of the vectors that were put.</summary>
    public long VectorBytes =>
        _changes.Sum(item => (long)item.Value.Vectors.Count * item.Key.Info.Settings.Dimensions * sizeof(float));

    /// <summary>Whether all changes so far only free room in the file.</summary>
    public bool OnlyFrees => !_adds && !_changes.Values.Any(changes => changes.HasPuts);

    /// <summary>The changes of a collection.</summary>
    /// <exception cref="CollectionNotFoundException">It has been dropped.</exception>
    /// <exception cref="CollectionReplacedException">It has moved to another model.</exception>
    public CollectionChanges Change(SqliteCollection collection)
    {
        collection.ThrowIfOver();
        if (_names.TryGetValue(collection.Info.Name, out var current) && current != collection)
        {
            throw new CollectionNotFoundException(collection.Info.Name);
        }

        if (!_changes.TryGetValue(collection, out var changes))
        {
            changes = new CollectionChanges(collection.State, collection.RowsOf(connection), commit);
            _changes.Add(collection, changes);
        }

        return changes;
    }

    /// <summary>Makes a collection.</summary>
    public void Create(SqliteCollection collection)
    {
        _adds = true;
        _names[collection.Info.Name] = collection;
        collection.Row.Write(connection);
        connection.Execute(Schema.CreateDocuments(Schema.DocumentTable(collection.Row.Key)));
    }

    /// <summary>Drops a collection.</summary>
    public void Drop(SqliteCollection collection)
    {
        Remove(collection);
        _names[collection.Info.Name] = null;
        _dropped.Add(collection);
    }

    /// <summary>
    /// Replaces a collection by another of the same name, whose rows are in its unfinished table.
    /// </summary>
    public void Replace(SqliteCollection collection, SqliteCollection next)
    {
        _adds = true;
        Remove(collection);
        next.Row.Write(connection);
        connection.Execute(
            $"ALTER TABLE {Schema.UnfinishedTable(next.Row.Key)} RENAME TO {Schema.DocumentTable(next.Row.Key)}");
        _names[collection.Info.Name] = next;
        _replaced.Add(collection);
    }

    /// <summary>A key that no collection has had before.</summary>
    public long NewKey() => connection.Integer("SELECT seq FROM sqlite_sequence WHERE name = 'collections'") + 1;

    /// <summary>Announces a change that the other methods do not make.</summary>
    /// <param name="adds">Whether the change takes room in the file.</param>
    public void Touch(bool adds) => (_touched, _adds) = (true, _adds || adds);

    /// <summary>Writes the counts, digests and the number of the commit, just before the commit.</summary>
    public void Finish()
    {
        foreach (var (collection, changes) in _changes)
        {
            (collection.Row with { Documents = changes.Count, Digest = changes.Digest }).Write(connection);
        }

        connection.Often("UPDATE state SET commits = ?1").Bind(1, commit).Run();
    }

    /// <summary>Makes the changes visible, after the commit.</summary>
    public void Publish(Action<string, SqliteCollection?> name)
    {
        foreach (var (collection, changes) in _changes)
        {
            collection.Publish(changes);
        }

        foreach (var (key, collection) in _names)
        {
            name(key, collection);
        }

        // A dropped collection may be one that this transaction created.
        _dropped.ForEach(collection => collection.End(() => new CollectionNotFoundException(collection.Info.Name)));
        _replaced.ForEach(collection => collection.End(() => new CollectionReplacedException(collection.Info.Name)));
    }

    /// <summary>Releases what was created, after a rollback.</summary>
    public void Undo()
    {
        foreach (var collection in _names.Values)
        {
            // The collection's table is gone, so its statements are useless.
            collection?.ReleaseRows();
        }
    }

    private void Remove(SqliteCollection collection)
    {
        // Open statements would prevent the drop of the table.
        collection.ReleaseRows();
        using (var delete = connection.Prepare("DELETE FROM collections WHERE key = ?1"))
        {
            delete.Bind(1, collection.Row.Key).Run();
        }

        connection.Execute($"DROP TABLE {Schema.DocumentTable(collection.Row.Key)}");
        _changes.Remove(collection);
    }
}
