namespace Embeddings.Storage.Sqlite;

/// <summary>Where and how a <see cref="SqliteDocumentStore"/> keeps its documents.</summary>
/// <param name="Path">The file; made, with its folder, when it is not there.</param>
public sealed record SqliteStoreSettings(string Path)
{
    /// <summary>What an acknowledged write survives.</summary>
    public Durability Durability { get; init; } = Durability.Full;

    /// <summary>How long a write waits for the lock of the file, when another program holds it, before it fails.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>What an acknowledged write survives.</summary>
public enum Durability
{
    /// <summary>The end of the process, and a power cut: every commit waits for the disk.</summary>
    Full,

    /// <summary>The end of the process; a power cut may take the last seconds, and never damages what was there before.</summary>
    Normal,
}
