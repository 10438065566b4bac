using System.Runtime.InteropServices;

namespace Embeddings.Storage.Sqlite;

/// <summary>What Linux says of a file, beyond what .NET does. Elsewhere nothing is known.</summary>
internal static partial class FileStatus
{
    // statx(2), whose layout is the same on every architecture: the owner stands behind mask, block size, attributes
    // and links.
    private const int CurrentDirectory = -100;
    private const uint OwnerWanted = 0x8;
    private const uint InodeWanted = 0x100;
    private const int Length = 256;
    private const int OwnerAt = 20;
    private const int InodeAt = 32;
    private const int DeviceAt = 136;

    /// <summary>Number of the user that a file belongs to, or null.</summary>
    public static unsafe uint? Owner(string path)
    {
        var status = stackalloc byte[Length];
        return Read(path, OwnerWanted, status) ? *(uint*)(status + OwnerAt) : null;
    }

    /// <summary>
    /// Which file stands under a path, whatever is in it; null when there is none, or nobody can tell.
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

/// <summary>A file, whatever its name is.</summary>
/// <param name="Device">The file system it is on.</param>
/// <param name="Inode">Its number there; not given to another file while this one is open.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode);
