using System.Text.Json.Serialization;

namespace Embeddings.Inference.Models;

/// <summary>One file of a model: its place in the repository and what it must be.</summary>
/// <param name="Path">Path inside the repository, with forward slashes: <c>onnx/model.onnx</c>.</param>
/// <param name="Size">Length in bytes.</param>
/// <param name="Sha256">SHA-256 in lower-case hexadecimal.</param>
/// <param name="Revision">Commit of this file, where it differs from the manifest's.</param>
/// <param name="Repository">Repository of this file, where it differs from the manifest's.</param>
/// <param name="Resource">Name of the manifest resource in the assembly of <see cref="ModelManifest.Package"/>; such a
/// file is never fetched from a hub.</param>
public sealed record ModelFile(
    string Path, long Size, string Sha256, string? Revision = null, string? Repository = null, string? Resource = null)
{
    /// <summary>
    /// Of weights: whether the vector of a text depends on the other texts of its batch. With dynamic quantisation it
    /// does, because the whole batch decides how activations are rounded. <see langword="null"/> if the manifest does
    /// not say.
    /// </summary>
    public bool? DependsOnBatch { get; init; }

    /// <summary>Whether <c>models quantize</c> made it. Then no hub and no package has it.</summary>
    [JsonIgnore]
    public bool IsMadeHere { get; init; }

    /// <summary>
    /// Whether the file is the weights at <paramref name="onnx"/>, or a part of them that lies beside
    /// (<c>model.onnx_data</c>, <c>model.onnx_data_1</c>, <c>model.onnx.data</c>).
    /// </summary>
    internal bool BelongsTo(string onnx) =>
        Path.StartsWith(onnx, StringComparison.Ordinal) && IsDataSuffix(Path[onnx.Length..]);

    private static bool IsDataSuffix(string suffix) => suffix.Length == 0
        || suffix.StartsWith("_data", StringComparison.Ordinal) || suffix.StartsWith(".data", StringComparison.Ordinal);

    /// <summary>Whether a path stays inside the model's folder, wherever that is.</summary>
    internal static bool IsInside(string path) =>
        path.Length > 0 && !path.StartsWith('/') && !path.Contains('\\') && !path.Split('/').Any(part => part is "" or "." or "..");

    internal string? Problem() => this switch
    {
        _ when !IsInside(Path)
            => $"\"files\" has the path '{Path}'; it must be relative, with forward slashes and without '..'.",
        { Size: < 1 } => $"\"{Path}\" needs its \"size\" in bytes.",
        _ when Sha256.Length != 64 || !Sha256.All(char.IsAsciiHexDigitLower)
            => $"\"{Path}\" needs its \"sha256\", 64 lower-case hexadecimal digits.",
        _ => null,
    };
}
