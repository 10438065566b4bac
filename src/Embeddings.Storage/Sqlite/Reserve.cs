namespace Embeddings.Storage.Sqlite;

/// <summary>
/// A file beside the store that occupies room on the disk. A deletion needs room, since SQLite writes to its log first.
/// On a full disk the file is deleted for as long as a deletion takes. Other writes never get the room.
/// </summary>
/// <param name="storePath">Path of the store.</param>
internal sealed class Reserve(string storePath)
{
    // Twice the size at which SQLite moves its log into the file.
    private const long MostBytes = 16 << 20;
    private const long FewestBytes = 64 << 10;
    private const int PartOfDisk = 16;

    // To open the store takes room, too: the index of the log alone has 32 kB.
    private const long BytesToOpen = 1 << 20;

    private readonly string _path = $"{storePath}.reserve";

    /// <summary>Bytes of the disk that are free for this process.</summary>
    public long FreeBytes => OfDisk(storePath, disk => disk.AvailableFreeSpace);

    /// <summary>Bytes that the reserve should occupy.</summary>
    public long WantedBytes { get; } = Math.Min(MostBytes, OfDisk(storePath, disk => disk.TotalSize) / PartOfDisk);

    /// <summary>Whether the room is held.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>
    /// Deletes the reserve of an earlier process if there is no room to open the store without it.
    /// </summary>
    public void MakeRoomToOpen()
    {
        if (FreeBytes < BytesToOpen)
        {
            Delete();
        }
    }

    /// <summary>Occupies the wanted room again, or as much of it as there is.</summary>
    public void Hold()
    {
        Delete();
        for (var bytes = Math.Min(WantedBytes, FreeBytes); bytes >= FewestBytes && !IsHeld; bytes /= 2)
        {
            IsHeld = TryHold(bytes);
        }
    }

    /// <summary>Frees the room, if it is occupied.</summary>
    public void Release()
    {
        if (IsHeld)
        {
            IsHeld = false;
            Delete();
        }
    }

    private void Delete()
    {
        try
        {
            File.Delete(_path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // If there is no room, SQLite says so.
        }
    }

    private static long OfDisk(string storePath, Func<DriveInfo, long> bytes)
    {
        try
        {
            var disk = new DriveInfo(Path.GetDirectoryName(storePath)!);
            // Some file systems report a size of 0.
            return disk.TotalSize > 0 ? bytes(disk) : long.MaxValue;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The size is unknown. SQLite says when the disk is full.
            return long.MaxValue;
        }
    }

    private bool TryHold(long bytes)
    {
        try
        {
            // The file system reserves blocks for the file, which are never written.
            using var file = new FileStream(
                _path,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    PreallocationSize = bytes,
                });
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Without a reserve everything works as long as the disk has room.
            return false;
        }
    }
}
