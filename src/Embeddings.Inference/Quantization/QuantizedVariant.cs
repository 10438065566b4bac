using System.Text.Json;
using Embeddings.Inference.Models;

namespace Embeddings.Inference.Quantization;

/// <summary>
/// An int8 file on its way into a model's folder. It is <c>&lt;name&gt;.part</c> until <see cref="Enter"/>, which
/// gives it its name and then writes <c>quantized.json</c>: without that file it does not count.
/// </summary>
internal sealed class QuantizedVariant : IDisposable
{
    private readonly string _home;
    private readonly string _path;

    private QuantizedVariant(string home, string path) => (_home, _path) = (home, path);

    /// <summary>Where it is until it is entered.</summary>
    public string PartPath => _path + ".part";

    /// <summary>
    /// The path of the int8 file for that of an fp32 file: <c>onnx/model.onnx</c> → <c>onnx/model_int8.onnx</c>.
    /// </summary>
    public static string PathFor(string fp32) =>
        fp32.EndsWith(".onnx", StringComparison.Ordinal) ? fp32[..^5] + "_int8.onnx" : fp32 + "_int8";

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
            var from = Path.Combine(source, small.Path);
            try
            {
                WriteWhole(Path.Combine(_home, small.Path), File.ReadAllBytes(from));
            }
            catch (IOException exception)
            {
                throw new ModelException($"{from} cannot be read ({exception.Message.TrimEnd('.')}).", exception);
            }
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
            // No buffer: on a full disk, closing would flush it again, and that error would hide the first.
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
