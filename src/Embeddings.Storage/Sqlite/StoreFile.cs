using System.Buffers.Binary;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// The file, opened for one process: recognised before it is touched, locked against others, brought to this version,
/// and compared with what was last acknowledged. Before each write it is still the same file, with the same log and
/// lock, as it was opened.
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

    /// <summary>Room on the disk for deletes.</summary>
    public Reserve Reserve { get; }

    /// <summary>Commits so far.</summary>
    public long Commits { get; private set; }

    /// <exception cref="StoreUnusableException">
    /// It is in use, damaged, older than what was acknowledged, or somebody else's.
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
        // Asked only of a link: of a file that is not there yet it would throw.
        return new FileInfo(path).LinkTarget is null
            ? path
            : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
    }

    /// <summary>
    /// Throws when a file is there and no store, by its bytes, since SQLite would begin by recovering, which writes.
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

    /// <summary>Says that all of it could be read: until then it is left as it is, its log too.</summary>
    public void Accept()
    {
        Writer.EndLogOnClose(true);
        Reserve.Hold();
    }

    /// <summary>
    /// Throws when the file could not take what a transaction adds to it, once that is brought there from the log: a
    /// log that cannot be brought there cannot be used again either, and then nothing could be written any more.
    /// </summary>
    /// <exception cref="StoreFullException">There is no room.</exception>
    public void ThrowIfNoRoom()
    {
        _pagesToBe = Writer.Often("PRAGMA page_count").RunForInteger();
        var added = (_pagesToBe - _pages) * _pageSize;
        // The log takes what is added too.
        if (added > 0 && MissingBytes(_pagesToBe) + added > Reserve.FreeBytes)
        {
            throw new StoreFullException($"There is no room left for {Path}.");
        }
    }

    /// <summary>Makes what room there can be made: in the log, and what is held for deletes.</summary>
    public void MakeRoom(bool forDeleting)
    {
        if (forDeleting)
        {
            Reserve.Release();
        }

        Checkpoint();
    }

    /// <summary>After <see cref="MakeRoom"/>: holds room for deletes again.</summary>
    public void HoldRoom()
    {
        if (!Reserve.IsHeld)
        {
            Reserve.Hold();
        }
    }

    /// <summary>
    /// Notes which commit has been acknowledged last, beside the file: if that loses its log, the next start sees it.
    /// </summary>
    public void Committed(long commits)
    {
        (Commits, _pages) = (commits, _pagesToBe);
        // Without a forced disk a power cut may honestly take the newest commits.
        if (_settings.Durability == Durability.Full)
        {
            try
            {
                _lock.Witness = commits;
            }
            catch (IOException)
            {
                // The commit itself is safe; a witness that is too old says less, but nothing wrong.
            }
        }

        if (MissingBytes(_pages) > Reserve.WantedBytes / 2)
        {
            // On a small disk sooner than SQLite does it: with the reserve there is then always room to do it.
            Checkpoint();
        }
    }

    /// <summary>
    /// Throws when the file, its log or its lock are not those that were opened: what is written to them would be lost
    /// with them.
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
    /// As <see cref="ThrowIfReplaced"/>, and when somebody else has written to the file. For the writer, in its
    /// transaction.
    /// </summary>
    /// <exception cref="StoreStoppedException">It is not what this process has left.</exception>
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
            // SQLite removes its log by name: it would be that of whoever uses the file that is there now.
            Writer.EndLogOnClose(false);
        }

        Writer?.Dispose();
        _lock.Dispose();
    }

    // How much smaller the file is than what it will be when all of the log is in it.
    private long MissingBytes(long pages) =>
        (pages * _pageSize) - (new FileInfo(Path) is { Exists: true } file ? file.Length : 0);

    private void Checkpoint()
    {
        try
        {
            // One that does not finish would take room and give none.
            if (MissingBytes(_pages) <= Reserve.FreeBytes)
            {
                Writer.Checkpoint();
            }
        }
        catch (StoreException)
        {
            // The commits themselves are safe in the log.
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

        // Else closing a damaged file would write to it, and remove what can be read of its log.
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

        // Else the log would stay as large as the largest transaction ever was.
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

        // The log is there since the first read.
        _opened = new OpenedFiles(Path);
    }
}
