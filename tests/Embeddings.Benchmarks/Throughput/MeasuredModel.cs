using System.Security.Cryptography;
using System.Text.Json;
using Embeddings.Inference.Models;
using Embeddings.Inference.Tokenization;

namespace Embeddings.Benchmarks.Throughput;

/// <summary>A model to measure: its files, its words, and the settings with which a server serves it.</summary>
internal sealed class MeasuredModel : IDisposable
{
    /// <summary>
    /// Tokens that may wait in the server: half of the default, so that a measurement of overload need not wait for
    /// long until they are done.
    /// </summary>
    public const int QueuedTokens = 300_000;

    private static readonly string[] TokenizerFiles = ["vocab.txt", "tokenizer.json", "tokenizer_config.json"];

    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("embeddings-throughput-");
    private readonly string _manifests;

    /// <param name="folder">A model in the hub's layout; null for the one that comes with the program.</param>
    public MeasuredModel(string? folder)
    {
        (_manifests, Folder) = folder is null
            ? (LocalModel.BuiltIn, Path.Combine(LocalModel.BuiltIn, "all-MiniLM-L6-v2"))
            : (_temporary.CreateSubdirectory("models").FullName, Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        if (folder is not null)
        {
            WriteManifest(Path.Combine(_manifests, Path.GetFileName(Folder)));
        }

        Manifest = ModelManifest.Read(Path.Combine(_manifests, Path.GetFileName(Folder), "model.json"));
        Tokenizer = ModelTokenizer.Read(Folder, Manifest);
    }

    /// <summary>Where its files are.</summary>
    public string Folder { get; }

    public ModelManifest Manifest { get; }

    public ModelTokenizer Tokenizer { get; }

    /// <summary>Which weights there are: fp32, int8.</summary>
    public IReadOnlyList<string> Precisions => [.. Manifest.Variants.Keys];

    /// <summary>The ONNX file of a precision.</summary>
    public string Weights(string precision) => Path.Combine(Folder, Manifest.Variants[precision]);

    /// <summary>What a server is started with.</summary>
    public string[] ServerSettings(string precision) =>
    [
        "--Models:Directory", _manifests,
        "--Models:SearchPath:0", Path.GetDirectoryName(Folder)!,
        "--Models:Default", Manifest.Name,
        "--Models:Precision", precision is "fp32" or "int8" ? precision : "Auto",
        "--Limits:MaxQueuedTokens", $"{QueuedTokens}",
        "--Storage:Path", Path.Combine(_temporary.FullName, $"{precision}.db"),
    ];

    public void Dispose() => _temporary.Delete(recursive: true);

    private void WriteManifest(string home)
    {
        var variants = new (string Precision, string File)[] { ("fp32", "onnx/model.onnx"), ("int8", "onnx/model_qint8.onnx"), ("int8", "onnx/model_quantized.onnx") }
            .Where(variant => File.Exists(Path.Combine(Folder, variant.File))).DistinctBy(variant => variant.Precision).ToList();
        var files = variants.Select(variant => variant.File).Concat(
            TokenizerFiles.Where(file => File.Exists(Path.Combine(Folder, file))));
        var manifest = new
        {
            id = $"measured/{Path.GetFileName(Folder)}",
            license = "none",
            created = "2026-01-01",
            dimensions = Number("config.json", "hidden_size"),
            max_tokens = Number("sentence_bert_config.json", "max_seq_length"),
            pooling = "mean",
            normalize = true,
            tokenizer = "wordpiece",
            variants = variants.ToDictionary(variant => variant.Precision, variant => variant.File),
            files = files.Select(file => Path.Combine(Folder, file)).Select(path => new
            {
                path = Path.GetRelativePath(Folder, path),
                size = new FileInfo(path).Length,
                sha256 = Sha256(path),
            }),
        };
        Directory.CreateDirectory(home);
        File.WriteAllText(Path.Combine(home, "model.json"), JsonSerializer.Serialize(manifest));
    }

    private int Number(string file, string property)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, file)));
        return json.RootElement.GetProperty(property).GetInt32();
    }

    private static string Sha256(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
