using System.Security.Cryptography;

namespace Embeddings.Inference.Models;

/// <summary>Compares files with what a manifest says of them.</summary>
public static class ModelFiles
{
    /// <summary>
    /// What is wrong with a file, as a sentence; <see langword="null"/> when it has the manifest's size and SHA-256.
    /// </summary>
    /// <param name="file">What it must be.</param>
    /// <param name="directory">The model's folder.</param>
    /// <param name="compareHash">Whether to read it for its SHA-256, which takes about 60 ms for 100 MB; otherwise the
    /// size decides.</param>
    public static string? Problem(ModelFile file, string directory, bool compareHash = true)
    {
        var path = Path.Combine(directory, file.Path);
        var info = new FileInfo(path);
        if (!info.Exists)
        {
            return $"{path} is missing.";
        }

        if (info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
        {
            info = target;
        }

        if (info.Length != file.Size)
        {
            return $"{path} has {info.Length} bytes, but model.json says {file.Size}.";
        }

        // A file that only the hub's list describes may have no hash yet.
        if (!compareHash || file.Sha256.Length == 0)
        {
            return null;
        }

        using var stream = File.OpenRead(path);
        var hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        return hash == file.Sha256 ? null : $"{path} has the SHA-256 {hash}, but model.json says {file.Sha256}.";
    }

    internal static async Task<string> HashAsync(Stream stream, CancellationToken cancellationToken) =>
        Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
}
