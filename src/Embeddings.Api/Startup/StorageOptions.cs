using System.ComponentModel.DataAnnotations;
using Embeddings.Storage.Sqlite;

namespace Embeddings.Api.Startup;

/// <summary>Section <c>Storage</c>: where collections are kept.</summary>
internal sealed class StorageOptions
{
    /// <summary>The file; a relative path begins in the <see cref="HomeFolder"/>.</summary>
    [Required(ErrorMessage = "Storage:Path must name a file.")]
    public string Path { get; set; } = "data/embeddings.db";

    /// <summary>
    /// What an acknowledged write survives: with <c>Full</c> a power cut, with <c>Normal</c> the end of the process.
    /// </summary>
    public Durability Durability { get; set; } = Durability.Full;

    /// <summary>
    /// Bytes of memory that collections may take when they are loaded; null for all memory. Not a setting: tests set it
    /// to act as a small machine.
    /// </summary>
    internal long? MostMemoryBytes { get; set; }

    /// <summary>The store that they describe.</summary>
    public SqliteStoreSettings Settings() =>
        new(HomeFolder.Resolve(Path)) { Durability = Durability, MostMemoryBytes = MostMemoryBytes };
}
