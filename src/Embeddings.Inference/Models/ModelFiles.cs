using System.Security.Cryptography;

namespace Embeddings.Inference.Models;

/// <summary>Compares files with what a manifest says of them.</summary>
public static class ModelFiles
{
    /// <summary>What is wrong with a file, as a sentence; <see langword="null"/> when it has the manifest's size and SHA-256.</summary>
    public static string? Problem(ModelFile file, string directory)
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

        using var stream = File.OpenRead(path);
        var hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        return hash == file.Sha256 ? null : $"{path} has the SHA-256 {hash}, but model.json says {file.Sha256}.";
    }

    internal static async Task<string> HashAsync(Stream stream, CancellationToken cancellationToken) =>
        Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
}
