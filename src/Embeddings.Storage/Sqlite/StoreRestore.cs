using Microsoft.Extensions.Logging.Abstractions;

namespace Embeddings.Storage.Sqlite;

/// <summary>What was restored.</summary>
/// <param name="Collections">How many there are.</param>
/// <param name="Documents">How many there are in all of them.</param>
/// <param name="Before">The file with the state before; null when there was none.</param>
public sealed record RestoredStore(int Collections, long Documents, string? Before);

/// <summary>Puts a copy of a store in its place, while nobody has it open.</summary>
public static class StoreRestore
{
    // The log first: SQLite deletes one that it finds without its file.
    private static readonly string[] StateNames = ["-wal", ""];

    /// <summary>
    /// Checks all of a copy and puts it in the place of the store. The state before is kept aside; if anything fails,
    /// it is where it was.
    /// </summary>
    /// <param name="settings">The store.</param>
    /// <param name="copy">
    /// A file that <see cref="IDocumentStore.BackupAsync"/> has given, or a store of a process that has ended, whose
    /// log may be beside it.
    /// </param>
    /// <param name="time">Names the state before.</param>
    /// <param name="cancellationToken">Ends it before anything is changed.</param>
    /// <exception cref="StoreUnusableException">The copy is damaged or no store, or the store is in use.</exception>
    /// <exception cref="StoreException">It could not be read or written.</exception>
    public static async Task<RestoredStore> RunAsync(
        SqliteStoreSettings settings, string copy, TimeProvider time, CancellationToken cancellationToken)
    {
        copy = StoreFile.FullPath(copy);
        var path = StoreFile.FullPath(settings.Path);
        var checkedCopy = TemporaryCopies.ForRestore(path);
        try
        {
            if (!File.Exists(copy) || new FileInfo(copy).Length == 0)
            {
                throw new StoreUnusableException($"There is no copy of a store at {copy}.");
            }

            if (copy == path)
            {
                throw new StoreUnusableException($"{copy} is the store itself.");
            }

            StoreFile.Recognise(copy);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var locked = new StoreLock(path);
            try
            {
                await CopyAsync(copy, checkedCopy, cancellationToken);
                var (restored, commits) = await CheckAsync(
                    settings with { Path = checkedCopy }, time, cancellationToken);
                var before = Replace(path, checkedCopy, locked, time);
                locked.Witness = settings.Durability == Durability.Full ? commits : null;
                return restored with { Before = before };
            }
            finally
            {
                TemporaryCopies.Delete(checkedCopy);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{copy} could not be restored: {exception.Message}", exception);
        }
    }

    private static async Task CopyAsync(string from, string to, CancellationToken cancellationToken)
    {
        foreach (var name in StateNames.Where(name => File.Exists(from + name)))
        {
            // Not its rights: a copy may be read-only.
            await using var source = File.OpenRead(from + name);
            await using var target = new FileStream(to + name, FileMode.CreateNew);
            await source.CopyToAsync(target, cancellationToken);
            target.Flush(flushToDisk: true);
        }
    }

    // Opening looks at every row and brings the file to this version; closing brings its log into it.
    private static async Task<(RestoredStore Restored, long Commits)> CheckAsync(
        SqliteStoreSettings copy, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var store = await SqliteDocumentStore.OpenAsync(
            copy, time, NullLogger<SqliteDocumentStore>.Instance, cancellationToken);
        var collections = await store.ListAsync(cancellationToken);
        var total = 0L;
        foreach (var collection in collections)
        {
            var status = await collection.GetStatusAsync(cancellationToken);
            total += status.Documents;
            // The rows of a collection that does not fit into the memory here have not been looked at yet.
            if (status.Problem is not null
                && await collection.ReadAllAsync(DocumentParts.None, cancellationToken)
                    .LongCountAsync(cancellationToken) != status.Documents)
            {
                throw new StoreUnusableException(
                    $"{copy.Path} is damaged: documents of collection '{collection.Info.Name}' are missing.");
            }
        }

        return (new RestoredStore(collections.Count, total, null), store.Commits);
    }

    // Killed in the middle of it, the next start refuses what is there.
    private static string? Replace(string path, string checkedCopy, StoreLock locked, TimeProvider time)
    {
        var (aside, witness) = (NameAside(path, time), locked.Witness);
        locked.Witness = StoreLock.Unfinished;
        try
        {
            File.Delete($"{path}-shm");
            MoveState(path, aside);
            File.Move(checkedCopy, path);
        }
        catch
        {
            MoveState(aside, path);
            locked.Witness = witness;
            throw;
        }

        return File.Exists(aside) ? aside : null;
    }

    private static string NameAside(string path, TimeProvider time)
    {
        var name = $"{path}.before-{time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}";
        var aside = name;
        for (var i = 2; StateNames.Any(state => File.Exists(aside + state)); i++)
        {
            aside = $"{name}-{i}";
        }

        return aside;
    }

    private static void MoveState(string from, string to)
    {
        foreach (var name in StateNames.Where(name => File.Exists(from + name)))
        {
            File.Move(from + name, to + name);
        }
    }
}
