using System.Text.Json;
using System.Text.Json.Serialization;

namespace Embeddings.Inference.Models;

/// <summary><c>quantized.json</c> beside a model's int8 file: it adds the file to the manifest.</summary>
/// <param name="SourceSha256">SHA-256 of the fp32 file that it was made from, in lower-case hexadecimal.</param>
/// <param name="Variants">Precision → path, as in the manifest.</param>
/// <param name="Files">The files of these, as in the manifest.</param>
internal sealed record QuantizedEntry(
    string SourceSha256, OrderedDictionary<string, string> Variants, IReadOnlyList<ModelFile> Files)
{
    public const string FileName = "quantized.json";

    /// <summary>A manifest with what a folder's <c>quantized.json</c> adds to it; as it was if there is none.</summary>
    /// <param name="manifest">With all its variants.</param>
    /// <param name="folder">Where to look.</param>
    /// <param name="problem">Why the file is ignored, as a sentence; null if it is not, or is not there.</param>
    public static ModelManifest AddTo(ModelManifest manifest, string folder, out string? problem)
    {
        problem = null;
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return manifest;
        }

        var again = $"Run 'models quantize {manifest.Name}' again.";
        try
        {
            var entry = JsonSerializer.Deserialize(File.ReadAllBytes(path), QuantizedJson.Default.QuantizedEntry);
            var source = manifest.Variants.TryGetValue("fp32", out var fp32)
                ? manifest.Files.FirstOrDefault(file => file.Path == fp32)
                : null;
            problem = entry is null ? $"{path} is empty. {again}"
                : entry.SourceSha256 != source?.Sha256 ? $"{path} was made from other fp32 weights than model.json " +
                    $"describes. {again}"
                : entry is not { Variants.Count: 1, Files.Count: 1 } || !entry.Variants.TryGetValue("int8", out var int8) || entry.Files[0].Path != int8
                    || entry.Files[0].Resource is not null
                    || manifest.Variants.Any(variant => variant.Key != "int8" && variant.Value == int8)
                    ? $"{path} must add one file, the weights of \"int8\", and nothing else. {again}"
                : entry.Files.Select(file => file.Problem()).FirstOrDefault(wrong => wrong is not null) is { } wrong ? $"{path}: {wrong} {again}"
                : null;
            return problem is null ? With(manifest, entry!) : manifest;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            problem = $"{path} cannot be read: {exception.Message} {again}";
            return manifest;
        }
    }

    // A variant that was made here replaces one of the same precision in the manifest: somebody made it in order to use
    // it.
    private static ModelManifest With(ModelManifest manifest, QuantizedEntry entry)
    {
        var variants = new OrderedDictionary<string, string>(manifest.Variants);
        var files = manifest.Files.ToList();
        foreach (var (precision, path) in entry.Variants)
        {
            if (variants.TryGetValue(precision, out var old))
            {
                files.RemoveAll(file => file.Path == old);
            }

            variants[precision] = path;
        }

        files.RemoveAll(file => entry.Files.Any(added => added.Path == file.Path));
        return manifest with { Variants = variants, Files = [.. files, .. entry.Files.Select(file => file with { IsMadeHere = true })] };
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(QuantizedEntry))]
internal sealed partial class QuantizedJson : JsonSerializerContext;
