using System.Buffers.Binary;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// The file, opened by one process. To open it means to recognise it before anything is written, to lock it against
/// other processes, to migrate it to this version, and to compare it with the last acknowledged commit. Before each
/// write it is verified that file, log and lock are still those that were opened.
/// </summary>
internal sealed class StoreFile : IDisposable
{
    private const int ApplicationIdAt = 68;

    private static ReadOnlySpan<byte> Magic => "SQLite format 3\0"u8;

    private readonly StoreLock _lock;
    private readonly SqliteStoreSettings _settings;
    private OpenedFiles? _opened;
    private long _pages;
    private long _pagesToBe;
    private long _pageSize;

    private StoreFile(string path, StoreLock locked, SqliteStoreSettings settings) =>
        (Path, _lock, _settings, Reserve) = (path, locked, settings, new Reserve(path));

    /// <summary>Full path, links followed.</summary>
    public string Path { get; }

    /// <summary>The one connection that writes.</summary>
    public Connection Writer { get; private set; } = null!;

    /// <summary>Room on the disk for deletions.</summary>
    public Reserve Reserve { get; }

    /// <summary>Commits so far.</summary>
    public long Commits { get; private set; }

    /// <exception cref="StoreUnusableException">
    /// The file is in use, damaged, older than the last acknowledged commit, or of another program.
    /// </exception>
    /// <exception cref="StoreUnwritableException">Nothing can be written there.</exception>
    public static StoreFile Open(SqliteStoreSettings settings, IReadOnlyList<Action<Connection>> steps)
    {
        var path = System.IO.Path.GetFullPath(settings.Path);
        StoreLock locked;
        try
        {
            path = FullPath(path);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            Recognise(path);
            locked = new StoreLock(path);
            TemporaryCopies.DeleteUnfinished(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnwritableException(
                $"{path} cannot be written: {Ownership.Problem(path) ?? exception.Message}", exception);
        }

        var file = new StoreFile(path, locked, settings);
        try
        {
            if (locked.Witness == StoreLock.Unfinished)
            {
                throw new StoreUnusableException($"A restore of {path} was not finished. Run it again; what was " +
                    $"there before is beside it, as {System.IO.Path.GetFileName(path)}.before-….");
            }

            file.Reserve.MakeRoomToOpen();
            file.OpenWriter(steps);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The path of a store, links followed.</summary>
    public static string FullPath(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        // Called only for a link, since it throws for a file that does not exist yet.
        return new FileInfo(path).LinkTarget is null
            ? path
            : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
    }

    /// <summary>
    /// Throws if there is a file that is not a store. It reads the bytes itself, since SQLite would begin with a
    /// recovery, which writes.
    /// </summary>
    public static void Recognise(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var header = new byte[ApplicationIdAt + sizeof(int)];
        var read = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (read == 0)
        {
            return;
        }

        if (read < header.Length || !header.AsSpan().StartsWith(Magic)
            || BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(ApplicationIdAt)) != Schema.ApplicationId)
        {
            throw new StoreUnusableException($"{path} is not a store of this program, or its beginning is damaged. " +
                "It was left as it is: name another file, or restore this one from a copy.");
        }
    }

    /// <summary>Called once everything could be read. Until then file and log are left unchanged.</summary>
    public void Accept()
    {
        Writer.EndLogOnClose(true);
        Reserve.Hold();
    }

    /// <summary>
    /// Throws if the disk has no room to move a transaction from the log into the file. Such a log could never start
    /// again, and then nothing could be written any more.
    /// </summary>
    /// <exception cref="StoreFullException">There is no room.</exception>
    public void ThrowIfNoRoom()
    {
        _pagesToBe = Writer.Often("PRAGMA page_count").RunForInteger();
        var added = (_pagesToBe - _pages) * _pageSize;
        // What is added takes room in the log and in the file.
        if (added > 0 && MissingBytes(_pagesToBe) + added > Reserve.FreeBytes)
        {
            throw new StoreFullException($"There is no room left for {Path}.");
        }
    }

    /// <summary>Frees as much room as possible: in the log, and for a deletion the reserve.</summary>
    public void MakeRoom(bool forDeleting)
    {
        if (forDeleting)
        {
            Reserve.Release();
        }

        Checkpoint();
    }

    /// <summary>Occupies the reserve again, after <see cref="MakeRoom"/>.</summary>
    public void HoldRoom()
    {
        if (!Reserve.IsHeld)
        {
            Reserve.Hold();
        }
    }

    /// <summary>
    /// Writes the number of the last acknowledged commit, the witness, to the lock file. If the store loses its log,
    /// the next start finds that it is older than the witness.
    /// </summary>
    public void Committed(long commits)
    {
        (Commits, _pages) = (commits, _pagesToBe);
        // Without forced writes a power cut may lose the newest commits by design, so there is no witness.
        if (_settings.Durability == Durability.Full)
        {
            try
            {
                _lock.Witness = commits;
            }
            catch (IOException)
            {
                // The commit itself is safe. A witness that is too old notices less, but reports nothing wrong.
            }
        }

        if (MissingBytes(_pages) > Reserve.WantedBytes / 2)
        {
            // Sooner than SQLite itself would on a small disk, so that the reserve is always enough to do it.
            Checkpoint();
        }
    }

    /// <summary>
    /// Throws if the file, its log or its lock are no longer those that were opened: writes to them would be lost with
    /// them.
    /// </summary>
    /// <exception cref="StoreStoppedException">One of them was removed or replaced.</exception>
    public void ThrowIfReplaced()
    {
        if (_opened?.Problem() is { } problem)
        {
            throw new StoreStoppedException(problem);
        }
    }

    /// <summary>
    /// As <see cref="ThrowIfReplaced"/>; also throws if another process has written to the file. For the writer, in its
    /// transaction.
    /// </summary>
    /// <exception cref="StoreStoppedException">Another process has written to it.</exception>
    public void ThrowIfChanged()
    {
        ThrowIfReplaced();
        if (Writer.Often("SELECT commits FROM state").RunForInteger() is var commits && commits != Commits)
        {
            throw new StoreStoppedException(
                $"{Path} was written to by another process (it is at commit {commits}, and this process left it at " +
                $"{Commits}). Nothing more is written until the server is restarted. " +
                $"Let only one server use the file, and leave {Path}.lock where it is while one runs.");
        }
    }

    public void Dispose()
    {
        if (_opened?.Problem() is not null)
        {
            // SQLite deletes its log by name. That log may now belong to the process that uses the new file.
            Writer.EndLogOnClose(false);
        }

        Writer?.Dispose();
        _lock.Dispose();
    }

    // Bytes by which the file will grow when the log is moved into it.
    private long MissingBytes(long pages) =>
        (pages * _pageSize) - (new FileInfo(Path) is { Exists: true } file ? file.Length : 0);

    private void Checkpoint()
    {
        try
        {
            // A checkpoint that cannot finish would take room and free none.
            if (MissingBytes(_pages) <= Reserve.FreeBytes)
            {
                Writer.Checkpoint();
            }
        }
        catch (StoreException)
        {
            // The commits are safe in the log.
        }
    }

    private void OpenWriter(IReadOnlyList<Action<Connection>> steps)
    {
        Writer = new Connection(Path, isMade: true, _settings.LongestWait);
        if (Writer.IsReadOnly)
        {
            throw new StoreUnwritableException(
                $"{Path} cannot be written: {Ownership.Problem(Path) ?? "it can only be read."}");
        }

        // Otherwise the close of a damaged file would write to it and delete its log.
        Writer.EndLogOnClose(false);
        Writer.Execute("PRAGMA page_size = 8192");
        Writer.Execute("PRAGMA cache_size = -32768");
        Writer.Execute($"PRAGMA synchronous = {(_settings.Durability == Durability.Full ? "FULL" : "NORMAL")}");
        Schema.Migrate(Writer, steps);
        if (Writer.Text("PRAGMA journal_mode = WAL") != "wal")
        {
            throw new StoreUnwritableException($"{Path} is on a file system that SQLite's write-ahead log does not " +
                "work on. Name a file on a local disk.");
        }

        // Otherwise the log would stay as large as its largest transaction.
        Writer.Execute("PRAGMA journal_size_limit = 67108864");
        Commits = Writer.Integer("SELECT commits FROM state");
        (_pages, _pageSize) = (Writer.Integer("PRAGMA page_count"), Writer.Integer("PRAGMA page_size"));
        _pagesToBe = _pages;
        if (_lock.Witness is { } acknowledged && acknowledged > Commits)
        {
            throw new StoreUnusableException(
                $"{Path} is older than what was acknowledged last (commit {Commits}, acknowledged {acknowledged}): " +
                $"its log {System.IO.Path.GetFileName(Path)}-wal was lost or damaged. " +
                $"It was not written to: restore the log, or delete {Path}.lock to go on with this state.");
        }

        if (_settings.Durability == Durability.Full)
        {
            Committed(Commits);
        }
        else
        {
            _lock.Witness = null;
        }

        // Taken now, since the first read has created the log.
        _opened = new OpenedFiles(Path);
    }
}
