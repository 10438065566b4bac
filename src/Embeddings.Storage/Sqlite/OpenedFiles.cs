namespace Embeddings.Storage.Sqlite;

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
