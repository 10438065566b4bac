using Microsoft.Extensions.Logging.Abstractions;

namespace Embeddings.Storage.Sqlite;

/// <summary>A restored store.</summary>
/// <param name="Collections">Number of collections.</param>
/// <param name="Documents">Number of documents of all collections.</param>
/// <param name="Before">Path of the previous file; null if there was none.</param>
public sealed record RestoredStore(int Collections, long Documents, string? Before);

/// <summary>Replaces a store by a copy, while no process has it open.</summary>
public static class StoreRestore
{
    // The log comes first: SQLite deletes a log that it finds without its file.
    private static readonly string[] StateNames = ["-wal", ""];

    /// <summary>
    /// Verifies all of a copy and replaces the store by it. The previous store is kept beside it. If anything fails,
    /// the previous store stays where it was.
    /// </summary>
    /// <param name="settings">The store.</param>
    /// <param name="copy">
    /// A file that <see cref="IDocumentStore.BackupAsync"/> has written, or the store of a process that has ended, with
    /// its log if there is one.
    /// </param>
    /// <param name="time">The time that the previous store is named by.</param>
    /// <param name="cancellationToken">Cancels it, as long as nothing was changed.</param>
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
            // The permissions are not copied, since a copy may be read-only.
            await using var source = File.OpenRead(from + name);
            await using var target = new FileStream(to + name, FileMode.CreateNew);
            await source.CopyToAsync(target, cancellationToken);
            target.Flush(flushToDisk: true);
        }
    }

    // To open the copy verifies every row and migrates it to this version. To close it moves its log into the file.
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
            // A collection that does not fit into memory was not loaded, so its rows are verified here.
            if (status.Problem is not null
                && await collection.ReadAllAsync(DocumentParts.None, cancellationToken)
                    .LongCountAsync(cancellationToken) != status.Documents)
            {
                throw new StoreUnusableException(
                    $"{copy.Path} is damaged: documents of collection '{collection.Info.Name}' are missing.");
            }
        }

        foreach (var classifier in await store.Classifiers.ListAsync(cancellationToken))
        {
            await store.Classifiers.GetExamplesAsync(classifier.Name, cancellationToken);
        }

        return (new RestoredStore(collections.Count, total, null), store.Commits);
    }

    // If the process is killed in the middle, the next start refuses the files.
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
