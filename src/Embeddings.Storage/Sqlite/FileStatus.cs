using System.Runtime.InteropServices;

namespace Embeddings.Storage.Sqlite;

/// <summary>What Linux knows of a file and .NET does not tell. On other systems the answers are null.</summary>
internal static partial class FileStatus
{
    // Offsets in the result of statx(2), whose layout is the same on every architecture.
    private const int CurrentDirectory = -100;
    private const uint OwnerWanted = 0x8;
    private const uint InodeWanted = 0x100;
    private const int Length = 256;
    private const int OwnerAt = 20;
    private const int InodeAt = 32;
    private const int DeviceAt = 136;

    /// <summary>Number of the user who owns a file; null if unknown.</summary>
    public static unsafe uint? Owner(string path)
    {
        var status = stackalloc byte[Length];
        return Read(path, OwnerWanted, status) ? *(uint*)(status + OwnerAt) : null;
    }

    /// <summary>
    /// The identity of the file at a path; null if there is none or it is unknown.
    /// </summary>
    public static unsafe FileIdentity? Identity(string path)
    {
        var status = stackalloc byte[Length];
        return Read(path, InodeWanted, status)
            ? new FileIdentity(*(ulong*)(status + DeviceAt), *(ulong*)(status + InodeAt))
            : null;
    }

    private static unsafe bool Read(string path, uint wanted, byte* status)
    {
        try
        {
            return OperatingSystem.IsLinux() && Status(CurrentDirectory, path, 0, wanted, status) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int Status(int folder, string path, int flags, uint mask, byte* status);
}

/// <summary>The identity of a file, independent of its name.</summary>
/// <param name="Device">Number of the file system.</param>
/// <param name="Inode">Number of the file there. No other file gets it while this one is open.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode);

/// <summary>
/// The files of a store as they were opened. If one is deleted or replaced, writes to it are lost when it is closed.
/// </summary>
/// <param name="path">Path of the store.</param>
internal sealed class OpenedFiles(string path)
{
    private readonly (string Name, FileIdentity? Opened)[] _files =
        [.. new[] { path, $"{path}-wal", $"{path}-shm", StoreLock.NameOf(path) }.Select(
            name => (name, FileStatus.Identity(name)))];

    /// <summary>
    /// What has happened to them, as a sentence; null if all are where they were, or if it is unknown.
    /// </summary>
    public string? Problem()
    {
        foreach (var (name, opened) in _files)
        {
            if (opened is not null && FileStatus.Identity(name) is var now && now != opened)
            {
                return $"{name} was {(now is null ? "removed" : "replaced")} while the server ran. " +
                    "Nothing more is written until the server is restarted: put the file back first, if you still " +
                    "have it.";
            }
        }

        return null;
    }
}
