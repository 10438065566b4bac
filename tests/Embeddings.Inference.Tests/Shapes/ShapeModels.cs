using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Embeddings.Inference.Models;

namespace Embeddings.Inference.Tests.Shapes;

/// <summary>
/// The models of <c>shape_models.py</c>, made by torch in the Python that EMBEDDINGS_TEST_PYTHON names, each in a folder
/// of its own that goes with this. Texts are words <c>w5</c>, <c>w6</c>, … each of which is one token of that id.
/// </summary>
public sealed class ShapeModels : IDisposable
{
    /// <summary>Pad is 1, as in XLM-R.</summary>
    private const int Pad = 1;

    private const int Words = 55;

    private static readonly string[] Special = ["[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]"];

    private static readonly JsonSerializerOptions SnakeCase =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly string _root = Directory.CreateTempSubdirectory("embeddings-").FullName;

    private ShapeModels(int[][] texts, int[][][] pairs, Dictionary<string, ShapeModel> all) =>
        (Texts, Pairs, All) = (
            [.. texts.Select(TextOf)], [.. pairs.Select(pair => (TextOf(pair[0]), TextOf(pair[1])))], all);

    /// <summary>Texts of many lengths.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>Queries with documents, all of one query.</summary>
    public IReadOnlyList<(string Query, string Document)> Pairs { get; }

    /// <summary>The models by their names.</summary>
    internal IReadOnlyDictionary<string, ShapeModel> All { get; }

    /// <summary>
    /// What is missing and how to get it; null where torch is here, or where CI promised it, so that its tests fail
    /// without it.
    /// </summary>
    public static async Task<string?> MissingAsync()
    {
        var missing = Environment.GetEnvironmentVariable("EMBEDDINGS_TEST_CLIENTS") != "required"
            && (await RunAsync("import torch, onnx", "", CancellationToken.None)).ExitCode != 0;
        return missing
            ? "Needs a Python with torch and onnx: run .ci/install-clients, or name one in EMBEDDINGS_TEST_PYTHON."
            : null;
    }

    /// <summary>Has torch make the models and their vectors.</summary>
    public static async Task<ShapeModels> MakeAsync(CancellationToken cancellationToken)
    {
        var random = new Random(3);
        int[][] texts = [.. Enumerable.Range(1, 30).Select(i => Ids(random, ((i * 7) % 30) + 1))];
        var query = Ids(random, 4);
        int[][][] pairs = [.. Enumerable.Range(1, 12).Select(i => (int[][])[query, Ids(random, (i * 5 % 12) + 1)])];
        var folder = Path.Combine(AppContext.BaseDirectory, "Shapes");
        var script = await File.ReadAllTextAsync(Path.Combine(folder, "bodies.py"), cancellationToken)
            + await File.ReadAllTextAsync(Path.Combine(folder, "shape_models.py"), cancellationToken);
        var frame = new { cls = 0, sep = 2, pad = Pad };
        var request = new { texts, pairs, frame, vocabulary = Special.Length + Words };
        var (exitCode, output, error) = await RunAsync(script, JsonSerializer.Serialize(request), cancellationToken);
        Assert.True(exitCode == 0, error);
        var made = JsonSerializer.Deserialize<ShapeModel[]>(output, SnakeCase)!;
        var models = new ShapeModels(texts, pairs, made.ToDictionary(model => model.Name));
        foreach (var model in made)
        {
            models.Write(model);
        }

        return models;
    }

    /// <summary>The folder of a model.</summary>
    public string FolderOf(string name) => Path.Combine(_root, name);

    /// <summary>The manifest of a model.</summary>
    public ModelManifest ManifestOf(string name) => ModelManifest.Read(Path.Combine(FolderOf(name), "model.json"));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static int[] Ids(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Special.Length + random.Next(Words))];

    private static string TextOf(int[] ids) => string.Join(' ', ids.Select(id => $"w{id}"));

    private void Write(ShapeModel model)
    {
        var folder = Directory.CreateDirectory(FolderOf(model.Name)).FullName;
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), model.Onnx);
        string[] words = [.. Special, .. Enumerable.Range(Special.Length, Words).Select(id => $"w{id}")];
        File.WriteAllText(Path.Combine(folder, "vocab.txt"), string.Join('\n', words) + "\n");
        for (var i = 0; i < model.Dense.Count; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, $"{i}.safetensors"), model.Dense[i]);
        }

        var isCrossEncoder = model.Pooling == "none";
        File.WriteAllBytes(Path.Combine(folder, "model.json"), JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = "tests/" + model.Name,
            license = "MIT",
            kind = isCrossEncoder ? "cross-encoder" : "encoder",
            dimensions = model.Vectors[0].Count,
            max_tokens = 40,
            pooling = model.Pooling,
            normalize = !isCrossEncoder,
            dense = model.Dense.Count == 0 ? null : model.Dense.Select((_, i) => DenseFile(i)),
            padding_side = model.PaddingSide,
            pad_id = model.PadId,
            tokenizer = "wordpiece",
            variants = new { fp32 = "model.onnx" },
            files = Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(path => new
            {
                path = Path.GetFileName(path),
                size = new FileInfo(path).Length,
                sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))),
            }),
        }));
    }

    private static object DenseFile(int i) =>
        new { weights = $"{i}.safetensors", activation = i == 0 ? "tanh" : "identity" };

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string script, string input, CancellationToken cancellationToken)
    {
        string[] python = (Environment.GetEnvironmentVariable("EMBEDDINGS_TEST_PYTHON") ?? "python3").Split(' ');
        var start = new ProcessStartInfo(python[0], [.. python[1..], "-c", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return (127, "", exception.Message);
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            try
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended before it had read everything: its error says why.
            }

            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output, await error);
        }
    }
}

/// <summary>A model as the script gives it.</summary>
/// <param name="Name">Which body it has.</param>
/// <param name="Onnx">The graph.</param>
/// <param name="Pooling">As manifests name it.</param>
/// <param name="PadId">The id of padding.</param>
/// <param name="PaddingSide">As manifests name it.</param>
/// <param name="Dense">Weights of layers after pooling, in safetensors.</param>
/// <param name="Vectors">For each text, or pair, what torch gives in 64 bits.</param>
internal sealed record ShapeModel(
    string Name, byte[] Onnx, string Pooling, int PadId, string PaddingSide, IReadOnlyList<byte[]> Dense,
    IReadOnlyList<IReadOnlyList<double>> Vectors);
