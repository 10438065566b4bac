using Embeddings.Inference.Models;

namespace Embeddings.Inference.Hub;

/// <summary>What a hub says of a file.</summary>
/// <param name="Size">Length in bytes.</param>
/// <param name="Sha256">SHA-256 in lower-case hexadecimal; <see langword="null"/> for files that the hub knows by
/// another hash.</param>
internal sealed record HubFile(long Size, string? Sha256);

/// <summary>The files of a repository at one commit.</summary>
/// <param name="Repository"><c>owner/name</c>.</param>
/// <param name="Commit">The commit, 40 hex digits.</param>
/// <param name="License">Licence as the repository names it, or <see langword="null"/>.</param>
/// <param name="Files">Path → what it is.</param>
internal sealed record HubListing(
    string Repository, string Commit, string? License, IReadOnlyDictionary<string, HubFile> Files)
{
    /// <summary>The file as a manifest has it; without a hash as long as nobody has read it.</summary>
    public ModelFile this[string path] => new(path, Files[path].Size, Files[path].Sha256 ?? "");
}
