using System.Text.RegularExpressions;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// Copies of a store that a process makes beside it, and deletes when it has no more use for them. Their names end in
/// 32 random hexadecimal digits: a file with any other name is somebody else's, such as an operator's
/// <c>embeddings.db.backup-before-upgrade</c>, and is never touched.
/// </summary>
internal static partial class TemporaryCopies
{
    // The copy itself, and what is beside one that was opened as a store.
    private static readonly string[] Companions = ["", "-wal", "-shm", "-journal", ".lock", ".reserve"];

    /// <summary>A new path for a copy that is to be sent.</summary>
    public static string ForBackup(string storePath) => $"{storePath}.backup-{Guid.NewGuid():N}";

    /// <summary>A new path for a copy that is to be checked and put in the place of the store.</summary>
    public static string ForRestore(string storePath) => $"{storePath}.restore-{Guid.NewGuid():N}";

    /// <summary>Deletes a copy and what is beside it.</summary>
    public static void Delete(string copy)
    {
        foreach (var name in Companions)
        {
            File.Delete(copy + name);
        }
    }

    /// <summary>Deletes those of processes that were killed. For the holder of the store's lock.</summary>
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
            // They take room and do no other harm.
        }
    }

    [GeneratedRegex(@"^\.(backup|restore)-[0-9a-f]{32}(-wal|-shm|-journal|\.lock|\.reserve)?\z")]
    private static partial Regex Ending();
}
