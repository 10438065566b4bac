using SQLitePCL;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// A copy of the whole file at one moment. SQLite writes the copy beside the file at the speed of the disk, and only
/// then it is sent: a slow reader delays nobody, and no log grows for it.
/// </summary>
internal static class Backup
{
    /// <summary>Makes a copy, which is deleted when the stream is disposed of.</summary>
    /// <exception cref="StoreFullException">There is no room for it.</exception>
    public static FileStream Make(StoreFile file, CancellationToken cancellationToken)
    {
        var copy = TemporaryCopies.ForBackup(file.Path);
        try
        {
            file.ThrowIfReplaced();
            Write(file, copy, cancellationToken);
            return new FileStream(copy, new FileStreamOptions
            {
                Share = FileShare.Delete,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan | FileOptions.DeleteOnClose,
            });
        }
        catch
        {
            File.Delete(copy);
            throw;
        }
    }

    private static void Write(StoreFile file, string copy, CancellationToken cancellationToken)
    {
        using var connection = new Connection(file.Path);
        var bytes = (connection.Integer("PRAGMA page_count") - connection.Integer("PRAGMA freelist_count")) * connection
            .Integer("PRAGMA page_size");
        if (bytes + file.Reserve.WantedBytes > file.Reserve.FreeBytes)
        {
            // Checked before: a copy that fails at its end would have taken the room of all other writes meanwhile.
            throw new StoreFullException($"There is no room for a copy of {file.Path}: it takes {bytes >> 20} MB.");
        }

        using var cancelling = cancellationToken.Register(() => raw.sqlite3_interrupt(connection.Handle));
        try
        {
            using var statement = connection.Prepare("VACUUM INTO ?1");
            statement.Bind(1, copy).Run();
        }
        catch (StoreException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }
}
