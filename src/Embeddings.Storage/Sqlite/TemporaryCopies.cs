using System.Text.RegularExpressions;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// Copies of a store that a process makes beside it and deletes after use. Their names end in 32 random hexadecimal
/// digits. A file with any other name, such as an operator's <c>embeddings.db.backup-before-upgrade</c>, is never
/// deleted.
/// </summary>
internal static partial class TemporaryCopies
{
    // The copy itself, and the files beside a copy that was opened as a store.
    private static readonly string[] Companions = ["", "-wal", "-shm", "-journal", ".lock", ".reserve"];

    /// <summary>A new path for a copy to be sent.</summary>
    public static string ForBackup(string storePath) => $"{storePath}.backup-{Guid.NewGuid():N}";

    /// <summary>A new path for a copy to be verified, which then replaces the store.</summary>
    public static string ForRestore(string storePath) => $"{storePath}.restore-{Guid.NewGuid():N}";

    /// <summary>Deletes a copy and the files beside it.</summary>
    public static void Delete(string copy)
    {
        foreach (var name in Companions)
        {
            File.Delete(copy + name);
        }
    }

    /// <summary>
    /// Deletes copies that killed processes have left. Only the holder of the store's lock may call it.
    /// </summary>
    public static void DeleteUnfinished(string storePath)
    {
        try
        {
            var copies = Directory.GetFiles(Path.GetDirectoryName(storePath)!)
                .Where(file => file.StartsWith(storePath, StringComparison.Ordinal)
                    && Ending().IsMatch(file.AsSpan(storePath.Length)));
            foreach (var copy in copies)
            {
                File.Delete(copy);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The copies that are left only take room.
        }
    }

    [GeneratedRegex(@"^\.(backup|restore)-[0-9a-f]{32}(-wal|-shm|-journal|\.lock|\.reserve)?\z")]
    private static partial Regex Ending();
}
