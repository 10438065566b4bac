using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Inference.Models;

namespace Embeddings.Inference.Quantization;

/// <summary>
/// An 8-bit file on its way into a model's folder. It is <c>&lt;name&gt;.part</c> until <see cref="Enter"/>, which gives it its name and then
/// writes <c>quantized.json</c>: without that file it does not count.
/// </summary>
internal sealed class QuantizedVariant : IDisposable
{
    private readonly string _home;
    private readonly string _path;

    private QuantizedVariant(string home, string path) => (_home, _path) = (home, path);

    /// <summary>Where it is until it is entered.</summary>
    public string PartPath => _path + ".part";

    /// <summary>The 8-bit file's path for an fp32 file's: <c>onnx/model.onnx</c> → <c>onnx/model_int8.onnx</c>.</summary>
    public static string PathFor(string fp32) => fp32.EndsWith(".onnx", StringComparison.Ordinal) ? fp32[..^5] + "_int8.onnx" : fp32 + "_int8";

    /// <summary>Writes the file under its temporary name.</summary>
    /// <exception cref="ModelException">The disk is full, or the folder cannot be written.</exception>
    public static QuantizedVariant Write(string home, string path, byte[] bytes)
    {
        var variant = new QuantizedVariant(home, Path.Combine(home, path));
        WriteFile(variant.PartPath, bytes);
        return variant;
    }

    /// <summary>Copies the model's other files if they are not there, gives the file its name, and enters it.</summary>
    /// <exception cref="ModelException">The disk is full, or the folder cannot be written.</exception>
    public void Enter(ModelManifest manifest, string source, string sourceSha256, ModelFile file)
    {
        foreach (var small in manifest.Files.Where(other => other.Path != manifest.Variants.GetAt(0).Value && ModelFiles.Problem(other, _home) is not null))
        {
            WriteWhole(Path.Combine(_home, small.Path), File.ReadAllBytes(Path.Combine(source, small.Path)));
        }

        var entry = new QuantizedEntry(sourceSha256, new OrderedDictionary<string, string> { ["int8"] = file.Path }, [file]);
        Move(PartPath, _path, file.Size);
        WriteWhole(Path.Combine(_home, QuantizedEntry.FileName), JsonSerializer.SerializeToUtf8Bytes(entry, QuantizedJson.Default.QuantizedEntry));
    }

    /// <summary>Takes away what was not entered.</summary>
    public void Dispose() => File.Delete(PartPath);

    private static void WriteWhole(string path, byte[] bytes)
    {
        WriteFile(path + ".part", bytes);
        Move(path + ".part", path, bytes.Length);
    }

    private static void WriteFile(string path, byte[] bytes)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            // Unbuffered: on a full disk a buffer would be flushed again on closing, and that error would hide the first.
            using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            DeleteQuietly(path);
            throw DiskErrors.Sentence(path, bytes.LongLength, exception);
        }
    }

    private static void Move(string from, string to, long size)
    {
        try
        {
            File.Move(from, to, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DiskErrors.Sentence(to, size, exception);
        }
    }

    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The first error says more.
        }
    }
}

/// <summary><c>quantized.json</c> beside a model's 8-bit file: what adds it to the manifest.</summary>
/// <param name="SourceSha256">SHA-256 of the fp32 file that it was made from, in lower-case hexadecimal.</param>
/// <param name="Variants">Precision → path, as in the manifest.</param>
/// <param name="Files">The files of these, as in the manifest.</param>
internal sealed record QuantizedEntry(string SourceSha256, OrderedDictionary<string, string> Variants, IReadOnlyList<ModelFile> Files)
{
    public const string FileName = "quantized.json";

    /// <summary>A manifest with what a folder's <c>quantized.json</c> adds to it; as it was if there is none.</summary>
    /// <param name="manifest">With all its variants.</param>
    /// <param name="folder">Where to look.</param>
    /// <param name="problem">Why one that is there does not count, as a sentence.</param>
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
            var source = manifest.Variants.TryGetValue("fp32", out var fp32) ? manifest.Files.FirstOrDefault(file => file.Path == fp32) : null;
            problem = entry is null ? $"{path} is empty. {again}"
                : entry.SourceSha256 != source?.Sha256 ? $"{path} was made from other fp32 weights than model.json describes. {again}"
                : entry.Variants.Values.FirstOrDefault(name => entry.Files.All(file => file.Path != name)) is { } missing
                    ? $"{path} names '{missing}', which is not in its \"files\". {again}"
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

    // What was made here goes before a variant of the same precision in the manifest: whoever made it wants it.
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
        return manifest with { Variants = variants, Files = [.. files, .. entry.Files] };
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(QuantizedEntry))]
internal sealed partial class QuantizedJson : JsonSerializerContext;
