namespace Embeddings.Storage.Sqlite;

/// <summary>
/// The files of a store as they were opened: what is written to one that has no name any more is lost when it is
/// closed.
/// </summary>
/// <param name="path">Path of the store.</param>
internal sealed class OpenedFiles(string path)
{
    private readonly (string Name, FileIdentity? Opened)[] _files =
        [.. new[] { path, $"{path}-wal", $"{path}-shm", StoreLock.NameOf(path) }.Select(
            name => (name, FileStatus.Identity(name)))];

    /// <summary>What has become of them, as a sentence; null when each is where it was, or nobody can tell.</summary>
    public string? Problem()
    {
        foreach (var (name, opened) in _files)
        {
            if (opened is not null && FileStatus.Identity(name) is var now && now != opened)
            {
                return $"{name} was {(now is null ? "removed" : "replaced")} while the server ran. " +
                    "Nothing more is written until the server is restarted: put the file back first, if you still have it.";
            }
        }

        return null;
    }
}
