namespace Embeddings.Storage.Sqlite;

/// <summary>Where and how a <see cref="SqliteDocumentStore"/> keeps its documents.</summary>
/// <param name="Path">Path of the file. The file and its folder are created if missing.</param>
public sealed record SqliteStoreSettings(string Path)
{
    /// <summary>What an acknowledged write survives.</summary>
    public Durability Durability { get; init; } = Durability.Full;

    /// <summary>
    /// Most bytes of memory that collections may take at the start; null for what the runtime reports as available.
    /// </summary>
    public long? MostMemoryBytes { get; init; }

    /// <summary>
    /// How long a write waits for the lock of the file, if another program holds it, before it fails.
    /// </summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a read of a whole collection may always take. A longer read is ended once more than
    /// <see cref="MostBytesKept"/> is kept for it.
    /// </summary>
    public TimeSpan LongestRead { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How many bytes may be kept for a read that is longer than <see cref="LongestRead"/>: of the log, or of
    /// overwritten vectors.
    /// </summary>
    public long MostBytesKept { get; init; } = 256 << 20;
}

/// <summary>What an acknowledged write survives.</summary>
public enum Durability
{
    /// <summary>The end of the process and a power cut: every commit waits for the disk.</summary>
    Full,

    /// <summary>
    /// The end of the process. A power cut may lose the writes of the last seconds, but never damages older ones.
    /// </summary>
    Normal,
}
