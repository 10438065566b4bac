using System.Runtime.InteropServices;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// Why a process may not write on Linux, in the numbers that a container's operator needs: names of users differ inside
/// and outside.
/// </summary>
internal static partial class Ownership
{
    private const string Library = "libc";
    private const int MayWrite = 2;
    private const int ReadOnlyFileSystem = 30;

    /// <summary>
    /// A sentence on the file or folder that stands in the way; null where nothing does, or nobody can tell.
    /// </summary>
    /// <param name="path">Full path of the store.</param>
    public static string? Problem(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            // SQLite writes beside the file too: its log.
            return new[] { Existing(Path.GetDirectoryName(path)!), path, path + ".lock" }.Where(Path.Exists)
                .Select(ProblemAt).FirstOrDefault(problem => problem is not null);
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    private static string? ProblemAt(string place)
    {
        if (Access(place, MayWrite) == 0)
        {
            return null;
        }

        var isReadOnly = Marshal.GetLastPInvokeError() == ReadOnlyFileSystem;
        var kind = Directory.Exists(place) ? "folder" : "file";
        var user = EffectiveUser();
        return isReadOnly
            ? $"The {kind} {place} is on a read-only file system; mount a volume there that can be written."
            : $"The {kind} {place} {(FileStatus.Owner(place) is { } owner ? $"belongs to user {owner}, and" : "cannot be written:")} this process runs as user {user}. " +
              $"Give it to that user (chown -R {user} {place}), or mount a named volume there.";
    }

    // Folders are made as needed, so the lowest that is there decides.
    private static string Existing(string folder) =>
        Directory.Exists(folder) || Path.GetDirectoryName(folder) is not { } parent ? folder : Existing(parent);

    [LibraryImport(Library, EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Access(string path, int mode);

    [LibraryImport(Library, EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint EffectiveUser();
}
