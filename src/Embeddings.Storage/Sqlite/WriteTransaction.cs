using Embeddings.Storage.InMemory;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// One transaction of the writer, with what it has changed and what is to happen once it is committed. For the
/// committer's thread.
/// </summary>
/// <param name="connection">The writer.</param>
/// <param name="commit">Number of the commit to be.</param>
internal sealed class WriteTransaction(Connection connection, long commit)
{
    private readonly Dictionary<SqliteCollection, CollectionChanges> _changes = [];
    private readonly Dictionary<string, SqliteCollection?> _names = [];
    private readonly List<SqliteCollection> _dropped = [];
    private readonly List<SqliteCollection> _replaced = [];
    private bool _touched;
    private bool _adds;

    public Connection Connection => connection;

    /// <summary>Number of the commit to be.</summary>
    public long Commit => commit;

    /// <summary>Collections made, and names that were dropped, with null.</summary>
    public IReadOnlyDictionary<string, SqliteCollection?> Names => _names;

    /// <summary>Whether there is anything to commit.</summary>
    public bool HasChanges => _touched || _names.Count > 0 || _changes.Values.Any(changes => changes.Slots.Count > 0);

    /// <summary>Bytes of the vectors that it has put.</summary>
    public long VectorBytes =>
        _changes.Sum(item => (long)item.Value.Vectors.Count * item.Key.Info.Settings.Dimensions * sizeof(float));

    /// <summary>Whether all that it has done so far frees room in the file.</summary>
    public bool OnlyFrees => !_adds && !_changes.Values.Any(changes => changes.HasPuts);

    /// <summary>What becomes of a collection.</summary>
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
    /// Puts a collection, whose rows are in its unfinished table, in the place of the one that has its name.
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

    /// <summary>A key that no collection has had.</summary>
    public long NewKey() => connection.Integer("SELECT seq FROM sqlite_sequence WHERE name = 'collections'") + 1;

    /// <summary>Says that something is written that is none of the changes above.</summary>
    /// <param name="adds">Whether it takes room in the file.</param>
    public void Touch(bool adds) => (_touched, _adds) = (true, _adds || adds);

    /// <summary>Writes what belongs to the changes as a whole, before the commit.</summary>
    public void Finish()
    {
        foreach (var (collection, changes) in _changes)
        {
            (collection.Row with { Documents = changes.Count, Digest = changes.Digest }).Write(connection);
        }

        connection.Often("UPDATE state SET commits = ?1").Bind(1, commit).Run();
    }

    /// <summary>Makes it visible, after the commit.</summary>
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

        // Among them may be one that this very transaction made.
        _dropped.ForEach(collection => collection.End(() => new CollectionNotFoundException(collection.Info.Name)));
        _replaced.ForEach(collection => collection.End(() => new CollectionReplacedException(collection.Info.Name)));
    }

    /// <summary>Forgets what it has made, when it is rolled back.</summary>
    public void Undo()
    {
        foreach (var collection in _names.Values)
        {
            // Its table is gone, and its statements are for nothing.
            collection?.ReleaseRows();
        }
    }

    private void Remove(SqliteCollection collection)
    {
        // Its statements would keep the table from being dropped.
        collection.ReleaseRows();
        using (var delete = connection.Prepare("DELETE FROM collections WHERE key = ?1"))
        {
            delete.Bind(1, collection.Row.Key).Run();
        }

        connection.Execute($"DROP TABLE {Schema.DocumentTable(collection.Row.Key)}");
        _changes.Remove(collection);
    }
}
