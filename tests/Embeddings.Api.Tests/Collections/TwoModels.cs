using System.Text.Json.Nodes;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.Collections;

/// <summary>
/// Two small models in a folder: <c>tests/near</c> has vectors of 2 numbers, and <c>tests/far</c> of 3. What is nearest
/// to "a" with one of them is farthest with the other.
/// </summary>
internal sealed class TwoModels : IDisposable
{
    public const string Near = "tests/near";
    public const string Far = "tests/far";

    private static readonly string[] Vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("embeddings-two-");

    public TwoModels()
    {
        Add("near", [4, 0, 4, 1, 0, 4], 2);
        Add("far", [0, 0, 4, 4, 0, 0, 0, 1, 4], 3);
    }

    /// <summary>The folder of the folders of both.</summary>
    public string Folder => _folder.FullName;

    /// <summary>A folder where <c>tests/far</c> is the only one.</summary>
    public string OnlyFar()
    {
        Directory.Delete(Path.Combine(Folder, "near"), recursive: true);
        return Folder;
    }

    public Server Start(string store, string standard = "near", params (string Name, string Value)[] more) =>
        new(new(more.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
        {
            ["Models:Directory"] = Folder,
            ["Models:Default"] = standard,
            ["Storage:Path"] = store,
        });

    public void Dispose() => _folder.Delete(recursive: true);

    // The five marks of the vocabulary have no meaning: a vector is a third of its word's, or of the sum of its words'.
    private void Add(string name, float[] words, int dimensions)
    {
        using var tiny = new TinyModel(Vocabulary, [.. new float[5 * dimensions], .. words]);
        var home = Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;
        foreach (var file in Directory.GetFiles(tiny.Folder))
        {
            File.Copy(file, Path.Combine(home, Path.GetFileName(file)));
        }

        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(home, "model.json")))!;
        manifest["id"] = $"tests/{name}";
        File.WriteAllText(Path.Combine(home, "model.json"), manifest.ToJsonString());
    }
}
