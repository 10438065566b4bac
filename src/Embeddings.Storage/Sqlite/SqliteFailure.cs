using SQLitePCL;

namespace Embeddings.Storage.Sqlite;

/// <summary>SQLite's result codes as sentences.</summary>
internal static class SqliteFailure
{
    public static StoreException Of(int code, int extended, string message, string path) => code switch
    {
        raw.SQLITE_FULL => new StoreFullException($"There is no room left for {path}."),
        raw.SQLITE_BUSY => new StoreBusyException($"{path} is locked by another program, a database browser perhaps."),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB =>
            new StoreUnusableException($"{path} is damaged ({message}). It was left as it is: restore it from a copy."),
        raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM =>
            new StoreUnwritableException(
                $"{path} cannot be written: {Ownership.Problem(path) ?? $"SQLite says '{message}'."}"),
        // After a failed fsync the kernel may have dropped the pages. It would then report the next fsync as a success
        // without having written them.
        raw.SQLITE_IOERR when extended is raw.SQLITE_IOERR_FSYNC or raw.SQLITE_IOERR_DIR_FSYNC =>
            new StoreStoppedException(
            $"{path} could not be forced to the disk. Nothing more is written until the server is restarted; look " +
            "for faults of the disk first."),
        // The shared-memory file could not grow, which only happens on a full disk.
        raw.SQLITE_IOERR when extended is raw.SQLITE_IOERR_SHMSIZE =>
            new StoreFullException($"There is no room left for {path}-shm."),
        raw.SQLITE_ERROR when message.StartsWith("no such table: documents_", StringComparison.Ordinal) =>
            new MissingTableException(message),
        _ => new StoreException($"{path} could not be read or written ({message}, code {extended})."),
    };
}

/// <summary>The table of a collection does not exist: the collection was dropped a moment ago.</summary>
internal sealed class MissingTableException(string message) : StoreException(message);
