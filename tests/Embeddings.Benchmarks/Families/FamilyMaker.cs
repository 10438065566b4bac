using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Embeddings.Inference.Models;

namespace Embeddings.Benchmarks.Families;

/// <summary>
/// Has torch make models with random weights. Their tokenizer is a stand-in whose words are one token each.
/// </summary>
internal static class FamilyMaker
{
    /// <summary>Words of the stand-in vocabulary: <c>w5</c>, <c>w6</c>, …</summary>
    public const int Words = 1000;

    private static readonly string[] Special = ["[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]"];
    private static readonly string NoHash = new('0', 64);

    /// <summary>A text of some words.</summary>
    public static string Text(Random random, int words) =>
        string.Join(' ', Enumerable.Range(0, words).Select(_ => $"w{Special.Length + random.Next(Words)}"));

    /// <summary>Makes one model.</summary>
    /// <param name="python">A Python with torch and onnx: <c>python3</c>, or a command with arguments.</param>
    /// <param name="model">Which.</param>
    /// <param name="folder">Gets its files and its <c>model.json</c>.</param>
    public static async Task MakeAsync(string python, FamilyModel model, string folder)
    {
        var scripts = new[] { "bodies.py", "family_models.py" }
            .Select(name => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Families", name)));
        var command = python.Split(' ');
        var start = new ProcessStartInfo(command[0], [.. command[1..], "-c", string.Concat(scripts)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var request = new { body = model.Body, sizes = model.Sizes };
        await process.StandardInput.WriteAsync(JsonSerializer.Serialize(request));
        process.StandardInput.Close();
        await using var stream = process.StandardOutput.BaseStream;
        var files = await ReadFilesAsync(stream, folder);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"torch made no {model.Name}: {await error}");
        }

        await WriteDescriptionAsync(model, folder, files);
    }

    private static async Task<List<ModelFile>> ReadFilesAsync(Stream stream, string folder)
    {
        var files = new List<ModelFile>();
        if (await ReadLineAsync(stream) is not { Length: > 0 } line)
        {
            return files;
        }

        foreach (var file in JsonDocument.Parse(line).RootElement.GetProperty("files").EnumerateArray())
        {
            var (path, size) = (file.GetProperty("path").GetString()!, file.GetProperty("size").GetInt64());
            files.Add(new ModelFile(path, size, NoHash));
            await using var target = File.Create(Path.Combine(folder, path));
            await CopyAsync(stream, target, size);
        }

        return files;
    }

    private static async Task CopyAsync(Stream source, FileStream target, long size)
    {
        var buffer = new byte[1 << 20];
        while (size > 0)
        {
            var read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(size, buffer.Length)));
            if (read == 0)
            {
                return;
            }

            await target.WriteAsync(buffer.AsMemory(0, read));
            size -= read;
        }
    }

    // Byte by byte, since a reader of lines would read into the files behind it.
    private static async Task<string> ReadLineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1 && one[0] != '\n')
        {
            line.Add(one[0]);
        }

        return Encoding.UTF8.GetString([.. line]);
    }

    private static async Task WriteDescriptionAsync(FamilyModel model, string folder, List<ModelFile> files)
    {
        string[] words = [.. Special, .. Enumerable.Range(Special.Length, Words).Select(id => $"w{id}")];
        await File.WriteAllTextAsync(Path.Combine(folder, "vocab.txt"), string.Join('\n', words) + "\n");
        var manifest = new ModelManifest
        {
            Id = "benchmarks/" + Path.GetFileName(folder),
            License = "none",
            Kind = model.Kind,
            Dimensions = model.Dimensions,
            MaxTokens = 512,
            Pooling = model.Pooling,
            Normalize = model.Kind == ModelKind.Encoder,
            PadId = model.Pad,
            Tokenizer = "wordpiece",
            Variants = new() { ["fp32"] = "model.onnx" },
            Files = [.. files, new ModelFile("vocab.txt", 1, NoHash)],
        };
        await File.WriteAllBytesAsync(
            Path.Combine(folder, "model.json"),
            JsonSerializer.SerializeToUtf8Bytes(manifest, ManifestJson.Default.ModelManifest));
    }
}
