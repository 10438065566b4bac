using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Embeddings.Inference.Models;

namespace Embeddings.Inference.Tests;

/// <summary>A model with a graph of a test's own and a vocabulary of words, in a folder that goes with it.</summary>
public sealed class GraphModel : IDisposable
{
    /// <summary>Ids: [CLS] 0, [PAD] 1, [SEP] 2, [UNK] 3, and the words from 4 on.</summary>
    public const int FirstWord = 4;

    private static readonly string[] Special = ["[CLS]", "[PAD]", "[SEP]", "[UNK]"];

    private readonly bool _isOwn;

    /// <param name="onnx">The graph.</param>
    /// <param name="words">The words of the vocabulary.</param>
    /// <param name="facts">Fields of model.json beside, or instead of, those of a plain encoder.</param>
    /// <param name="files">Further files.</param>
    /// <param name="name">Name of the folder, and of the model.</param>
    /// <param name="models">The folder that gets the model's folder, if it is not to be one of its own.</param>
    public GraphModel(
        byte[] onnx, string[] words, string facts = "{}", Dictionary<string, byte[]>? files = null,
        string name = "graph", string? models = null)
    {
        _isOwn = models is null;
        Models = models ?? Directory.CreateTempSubdirectory("embeddings-").FullName;
        Folder = Directory.CreateDirectory(Path.Combine(Models, name)).FullName;
        var all = new Dictionary<string, byte[]>(files ?? [])
        {
            ["model.onnx"] = onnx,
            ["vocab.txt"] = Encoding.UTF8.GetBytes(string.Join('\n', [.. Special, .. words]) + "\n"),
        };
        var manifest = JsonNode.Parse(
            $$$"""
            {"id": "tests/{{{name}}}", "license": "MIT", "dimensions": 2, "max_tokens": 16, "pooling": "mean",
            "normalize": false, "tokenizer": "wordpiece", "variants": {"fp32": "model.onnx"}}
            """)!.AsObject();
        foreach (var (field, value) in JsonNode.Parse(facts)!.AsObject())
        {
            manifest[field] = value?.DeepClone();
        }

        manifest["files"] = new JsonArray([.. all.Select(file => Listed(file.Key, file.Value))]);
        foreach (var (path, bytes) in all)
        {
            File.WriteAllBytes(Path.Combine(Folder, path), bytes);
        }

        File.WriteAllText(Path.Combine(Folder, "model.json"), manifest.ToJsonString());
    }

    /// <summary>The folder that holds the model's folder.</summary>
    public string Models { get; }

    /// <summary>The model's folder.</summary>
    public string Folder { get; }

    public ModelManifest Manifest => ModelManifest.Read(Path.Combine(Folder, "model.json"));

    public void Dispose()
    {
        if (_isOwn)
        {
            Directory.Delete(Models, recursive: true);
        }
    }

    private static JsonNode? Listed(string path, byte[] bytes) => JsonSerializer.SerializeToNode(
        new { path, size = bytes.Length, sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) });
}
