using System.Runtime.InteropServices;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// Why this process may not write, on Linux. Users are given by number, since their names differ inside and outside of
/// a container.
/// </summary>
internal static partial class Ownership
{
    private const string Library = "libc";
    private const int MayWrite = 2;
    private const int ReadOnlyFileSystem = 30;

    /// <summary>
    /// A sentence about the file or folder that cannot be written; null if all can, or if it is unknown.
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
            // The folder has to be writable, too, for SQLite's log.
            return new[] { Existing(Path.GetDirectoryName(path)!), path, path + ".lock" }.Where(Path.Exists)
                .Select(ProblemAt).FirstOrDefault(problem => problem is not null);
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    private static string? ProblemAt(string path)
    {
        if (Access(path, MayWrite) == 0)
        {
            return null;
        }

        var isReadOnly = Marshal.GetLastPInvokeError() == ReadOnlyFileSystem;
        var kind = Directory.Exists(path) ? "folder" : "file";
        var user = EffectiveUser();
        return isReadOnly
            ? $"The {kind} {path} is on a read-only file system; mount a volume there that can be written."
            : $"The {kind} {path} {(FileStatus.Owner(path) is { } owner ? $"belongs to user {owner}, and" : "cannot be written:")} this process runs as user {user}. " +
              $"Give it to that user (chown -R {user} {path}), or mount a named volume there.";
    }

    // Missing folders are created, so the lowest existing one decides.
    private static string Existing(string folder) =>
        Directory.Exists(folder) || Path.GetDirectoryName(folder) is not { } parent ? folder : Existing(parent);

    [LibraryImport(Library, EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Access(string path, int mode);

    [LibraryImport(Library, EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint EffectiveUser();
}
