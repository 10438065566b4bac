namespace Embeddings.Storage.Sqlite;

/// <summary>Where and how a <see cref="SqliteDocumentStore"/> keeps its documents.</summary>
/// <param name="Path">The file; made, with its folder, when it is not there.</param>
public sealed record SqliteStoreSettings(string Path)
{
    /// <summary>What an acknowledged write survives.</summary>
    public Durability Durability { get; init; } = Durability.Full;

    /// <summary>
    /// Bytes of memory that collections may take when they are loaded; null for what the runtime says there is.
    /// </summary>
    public long? MostMemoryBytes { get; init; }

    /// <summary>
    /// How long a write waits for the lock of the file, when another program holds it, before it fails.
    /// </summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a read of a whole collection may take in any case. After that it is ended once
    /// <see cref="MostBytesKept"/> is passed.
    /// </summary>
    public TimeSpan LongestRead { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How far the log may have grown, or how many bytes of vectors may have been written, while a long read keeps its
    /// state.
    /// </summary>
    public long MostBytesKept { get; init; } = 256 << 20;
}

/// <summary>What an acknowledged write survives.</summary>
public enum Durability
{
    /// <summary>The end of the process, and a power cut: every commit waits for the disk.</summary>
    Full,

    /// <summary>
    /// The end of the process; a power cut may take the last seconds, and never damages what was there before.
    /// </summary>
    Normal,
}
