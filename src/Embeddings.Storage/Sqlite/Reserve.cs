namespace Embeddings.Storage.Sqlite;

/// <summary>
/// A file beside the store that holds room on the disk. Deleting needs some, since SQLite writes to its log first: when
/// the disk is full, this is given back for as long as a delete takes. Other writes never get it.
/// </summary>
/// <param name="storePath">Path of the store.</param>
internal sealed class Reserve(string storePath)
{
    // As much as SQLite lets its log become before it brings it into the file, twice.
    private const long MostBytes = 16 << 20;
    private const long FewestBytes = 64 << 10;
    private const int PartOfDisk = 16;

    // The log's index of a start alone takes 32 kB.
    private const long BytesToOpen = 1 << 20;

    private readonly string _path = $"{storePath}.reserve";

    /// <summary>Bytes that are free on the disk for this process.</summary>
    public long FreeBytes => OfDisk(storePath, disk => disk.AvailableFreeSpace);

    /// <summary>Bytes that are to be held.</summary>
    public long WantedBytes { get; } = Math.Min(MostBytes, OfDisk(storePath, disk => disk.TotalSize) / PartOfDisk);

    /// <summary>Whether the room is held.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>
    /// Gives back what an earlier process has held, if otherwise there would be no room to open the store.
    /// </summary>
    public void MakeRoomToOpen()
    {
        if (FreeBytes < BytesToOpen)
        {
            Delete();
        }
    }

    /// <summary>Holds room again, as much as there is of what is wanted.</summary>
    public void Hold()
    {
        Delete();
        for (var bytes = Math.Min(WantedBytes, FreeBytes); bytes >= FewestBytes && !IsHeld; bytes /= 2)
        {
            IsHeld = TryHold(bytes);
        }
    }

    /// <summary>Gives the room back, if it is held.</summary>
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
            // SQLite says whether there is room all the same.
        }
    }

    private static long OfDisk(string storePath, Func<DriveInfo, long> bytes)
    {
        try
        {
            var disk = new DriveInfo(Path.GetDirectoryName(storePath)!);
            // Some file systems do not count.
            return disk.TotalSize > 0 ? bytes(disk) : long.MaxValue;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Nobody can tell: SQLite says when there is none left.
            return long.MaxValue;
        }
    }

    private bool TryHold(long bytes)
    {
        try
        {
            // The file system gives it blocks that are never written.
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
            // Without it everything works as long as there is room.
            return false;
        }
    }
}
