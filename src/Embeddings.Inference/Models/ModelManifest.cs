using System.Text.Json;
using System.Text.Json.Serialization;

namespace Embeddings.Inference.Models;

/// <summary>What <c>models/&lt;name&gt;/model.json</c> says of a model: where its files come from, what they must be, and how a text becomes a vector.</summary>
public sealed record ModelManifest
{
    /// <summary>The folder's name, and the short name clients may use: <c>all-MiniLM-L6-v2</c>.</summary>
    [JsonIgnore]
    public string Name { get; init; } = "";

    /// <summary>The full id: <c>sentence-transformers/all-MiniLM-L6-v2</c>. What replies name.</summary>
    public required string Id { get; init; }

    /// <summary>Other names that clients know the model by.</summary>
    public IReadOnlyList<string>? Aliases { get; init; }

    /// <summary>One sentence for a person.</summary>
    public string? Description { get; init; }

    /// <summary>SPDX identifier of the weights' licence.</summary>
    public required string License { get; init; }

    /// <summary>The day the weights were published; <see langword="null"/> where nobody says.</summary>
    public DateOnly? Created { get; init; }

    /// <summary>The hub repository (<c>owner/name</c>) to fetch from; <see langword="null"/> when the files come with this program.</summary>
    public string? Repository { get; init; }

    /// <summary>The commit of <see cref="Repository"/> that is pinned, 40 hex digits.</summary>
    public string? Revision { get; init; }

    /// <summary>Length of a vector.</summary>
    public required int Dimensions { get; init; }

    /// <summary>Longest input in tokens, [CLS] and [SEP] included. Not always what tokenizer.json says: sentence-transformers has its own limit.</summary>
    [JsonPropertyName("max_tokens")]
    public required int MaxTokens { get; init; }

    /// <summary>How token vectors become one vector.</summary>
    public required Pooling Pooling { get; init; }

    /// <summary>Whether vectors are scaled to Euclidean length 1.</summary>
    public required bool Normalize { get; init; }

    /// <summary>Kind of tokenizer. Only <c>wordpiece</c> (BERT) is known.</summary>
    public required string Tokenizer { get; init; }

    /// <summary>Weights by precision (<c>fp32</c>, <c>int8</c>) → path of the ONNX file. The first is served unless another is asked for, see <see cref="At"/>.</summary>
    public required OrderedDictionary<string, string> Variants { get; init; }

    /// <summary>Every file the model needs.</summary>
    public required IReadOnlyList<ModelFile> Files { get; init; }

    /// <summary>Reads and checks one manifest.</summary>
    /// <exception cref="ModelException">The file is not a manifest; the message says what is wrong and where.</exception>
    public static ModelManifest Read(string path)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(File.ReadAllBytes(path), ManifestJson.Default.ModelManifest)
                ?? throw new ModelException($"{path} is empty.");
            manifest = manifest with { Name = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path)))! };
            return manifest.Problem() is { } problem ? throw new ModelException($"{path}: {problem}") : manifest;
        }
        catch (JsonException exception)
        {
            throw new ModelException($"{path} is not a model manifest: {exception.Message}", exception);
        }
    }

    /// <summary>The precision that is served.</summary>
    [JsonIgnore]
    public string Precision => Variants.GetAt(0).Key;

    /// <summary>The model with the weights of one precision alone: the others' files are not needed.</summary>
    /// <param name="precision">Null, or one that the model does not have, for fp32, or for its first if there is no such.</param>
    public ModelManifest At(string? precision)
    {
        var served = new[] { precision, "fp32" }.FirstOrDefault(name => name is not null && Variants.ContainsKey(name)) ?? Precision;
        return this with
        {
            Variants = new OrderedDictionary<string, string> { [served] = Variants[served] },
            Files = [.. Files.Where(file => file.Path == Variants[served] || !Variants.ContainsValue(file.Path))],
        };
    }

    /// <summary>Whether a name, in any case, is the model's short name, its id or an alias.</summary>
    public bool IsNamed(string name) => Names.Contains(name, StringComparer.OrdinalIgnoreCase);

    internal IEnumerable<string> Names => (Aliases ?? []).Prepend(Id).Prepend(Name).Distinct(StringComparer.OrdinalIgnoreCase);

    private string? Problem() => this switch
    {
        { Dimensions: < 1 } => "\"dimensions\" must be at least 1.",
        { MaxTokens: < 3 } => "\"max_tokens\" must be at least 3: [CLS], one token, [SEP].",
        { Tokenizer: not "wordpiece" } => $"\"tokenizer\" is '{Tokenizer}', but only 'wordpiece' is known.",
        { Variants.Count: 0 } => "\"variants\" names no weights.",
        { Repository: not null, Revision: null } => "\"repository\" needs a pinned \"revision\".",
        _ when Variants.Values.FirstOrDefault(path => Files.All(file => file.Path != path)) is { } missing
            => $"\"variants\" names '{missing}', which is not in \"files\".",
        _ => Files.Select(file => file.Problem()).FirstOrDefault(problem => problem is not null),
    };
}

/// <summary>One file of a model: its place in the repository and what it must be.</summary>
/// <param name="Path">Path inside the repository, with forward slashes: <c>onnx/model.onnx</c>.</param>
/// <param name="Size">Length in bytes.</param>
/// <param name="Sha256">SHA-256 in lower-case hexadecimal.</param>
/// <param name="Revision">Commit of this file, where it differs from the manifest's.</param>
/// <param name="Repository">Repository of this file, where it differs from the manifest's.</param>
public sealed record ModelFile(string Path, long Size, string Sha256, string? Revision = null, string? Repository = null)
{
    internal string? Problem() => this switch
    {
        _ when Path.Length == 0 || Path.StartsWith('/') || Path.Contains('\\') || Path.Split('/').Contains("..")
            => $"\"files\" has the path '{Path}'; it must be relative, with forward slashes and without '..'.",
        { Size: < 1 } => $"\"{Path}\" needs its \"size\" in bytes.",
        _ when Sha256.Length != 64 || !Sha256.All(char.IsAsciiHexDigitLower)
            => $"\"{Path}\" needs its \"sha256\", 64 lower-case hexadecimal digits.",
        _ => null,
    };
}

/// <summary>How the vectors of a text's tokens become the vector of the text.</summary>
public enum Pooling
{
    /// <summary>The mean over all tokens, [CLS] and [SEP] included, padding excluded.</summary>
    Mean,

    /// <summary>The vector of the first token, [CLS].</summary>
    Cls,
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    ReadCommentHandling = JsonCommentHandling.Skip,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ModelManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
