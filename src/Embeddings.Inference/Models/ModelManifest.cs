using System.Text.Json;
using System.Text.Json.Serialization;

namespace Embeddings.Inference.Models;

/// <summary>
/// What <c>models/&lt;name&gt;/model.json</c> says of a model: where its files come from, what they must be, and how a
/// text becomes a vector.
/// </summary>
public sealed record ModelManifest
{
    private const string LatestTag = ":latest";

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

    /// <summary>The day the weights were published; <see langword="null"/> when nobody said.</summary>
    public DateOnly? Created { get; init; }

    /// <summary>
    /// The hub repository (<c>owner/name</c>) to fetch from; <see langword="null"/> for files that are only here.
    /// </summary>
    public string? Repository { get; init; }

    /// <summary>The commit of <see cref="Repository"/> that is pinned, 40 hex digits.</summary>
    public string? Revision { get; init; }

    /// <summary>
    /// The NuGet package whose assembly holds the files that name a <see cref="ModelFile.Resource"/>:
    /// <c>id/version/path of the assembly in it</c>. A build copies them beside the program.
    /// </summary>
    public string? Package { get; init; }

    /// <summary>What the model makes of texts; vectors, if the manifest does not say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ModelKind Kind { get; init; }

    /// <summary>Length of a vector; of a cross-encoder, the number of its scores.</summary>
    public required int Dimensions { get; init; }

    /// <summary>
    /// Longest input in tokens, [CLS] and [SEP] included. Not always what tokenizer.json says: sentence-transformers
    /// has its own limit.
    /// </summary>
    public required int MaxTokens { get; init; }

    /// <summary>How token vectors become one vector.</summary>
    public required Pooling Pooling { get; init; }

    /// <summary>Layers that a text's vector passes after pooling, in their order.</summary>
    public IReadOnlyList<DenseFile>? Dense { get; init; }

    /// <summary>Whether vectors are scaled to Euclidean length 1.</summary>
    public required bool Normalize { get; init; }

    /// <summary>
    /// The number of a vector whose 8-bit code is 127; <see langword="null"/> if nobody measured the best one.
    /// </summary>
    public float? Int8Range { get; init; }

    /// <summary>
    /// The output of the graph that is read; <see langword="null"/> for the usual one of the pooling, as
    /// <c>last_hidden_state</c>.
    /// </summary>
    public string? Output { get; init; }

    /// <summary>
    /// The shorter vectors that the model was trained to give; <see langword="null"/> if nobody said, and then every
    /// length may be asked for.
    /// </summary>
    public Matryoshka? Matryoshka { get; init; }

    /// <summary>On which side of shorter texts a batch is padded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public PaddingSide PaddingSide { get; init; }

    /// <summary>
    /// The id of padding. It matters for graphs that count positions by the ids that are no padding, as XLM-R's do.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int PadId { get; init; }

    /// <summary>
    /// Tasks of a graph with the input <c>task_id</c>: name → id. A task has the name of the prompt that goes with it.
    /// </summary>
    public OrderedDictionary<string, long>? Tasks { get; init; }

    /// <summary>Of a cross-encoder with several scores: what each is the score of.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>
    /// How the scores of a cross-encoder become probabilities; <see langword="null"/> for the sigmoid of a lone score,
    /// and the softmax of several.
    /// </summary>
    public Activation? Activation { get; init; }

    /// <summary>
    /// Prompts by name (<c>query</c>, <c>document</c>): the text that the model was trained to see before an input of
    /// that kind.
    /// </summary>
    public OrderedDictionary<string, string>? Prompts { get; init; }

    /// <summary>
    /// Name of the prompt that is used if a request names none; <see langword="null"/> for none.
    /// </summary>
    public string? DefaultPrompt { get; init; }

    /// <summary>
    /// How the model's vectors are to be compared: <c>cosine</c>, <c>dot</c> or <c>euclidean</c>; the metric of new
    /// collections. <see langword="null"/> for cosine.
    /// </summary>
    public string? Similarity { get; init; }

    /// <summary>
    /// Kind of tokenizer: <c>wordpiece</c> is BERT's, from whichever of tokenizer.json, tokenizer_config.json and
    /// vocab.txt there are; <c>tokenizer.json</c> is what that file describes, of any kind.
    /// </summary>
    public required string Tokenizer { get; init; }

    /// <summary>
    /// Weights by precision (<c>fp32</c>, <c>int8</c>) → path of the ONNX file. The first is served unless another is
    /// asked for, see <see cref="At"/>.
    /// </summary>
    public required OrderedDictionary<string, string> Variants { get; init; }

    /// <summary>Every file the model needs.</summary>
    public required IReadOnlyList<ModelFile> Files { get; init; }

    /// <summary>Reads and checks one manifest.</summary>
    /// <exception cref="ModelException">The file is not a manifest; the message says what is wrong and
    /// where.</exception>
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

    /// <summary>
    /// Whether the vector of a text depends on the other texts of its batch. The manifest says so of each file of
    /// weights; if it does not, all weights but fp32 are taken to depend.
    /// </summary>
    [JsonIgnore]
    public bool DependsOnBatch =>
        Files.FirstOrDefault(file => file.Path == Variants.GetAt(0).Value)?.DependsOnBatch ?? Precision != "fp32";

    /// <summary>The model with the weights of one precision alone: the others' files are not needed.</summary>
    /// <param name="precision">The precision to serve. If it is null or the model does not have it, fp32; if the model
    /// has no fp32, its first variant.</param>
    public ModelManifest At(string? precision)
    {
        var served = new[] { precision, "fp32" }
            .FirstOrDefault(name => name is not null && Variants.ContainsKey(name)) ?? Precision;
        return this with
        {
            Variants = new OrderedDictionary<string, string> { [served] = Variants[served] },
            Files = [.. Files.Where(file => file.BelongsTo(Variants[served]) || !Variants.Values.Any(file.BelongsTo))],
        };
    }

    /// <summary>Why no hub can give all of its files, as a sentence; <see langword="null"/> when one can.</summary>
    [JsonIgnore]
    public string? WhyNotFetched => this switch
    {
        _ when Files.Any(file => file.IsMadeHere)
            => $"Its int8 weights were made here: run 'models quantize {Name}' again.",
        _ when Files.Any(file => file.Resource is not null)
            => $"It comes with the program, from the package {Package!.Split('/')[0]}: build the program again.",
        { Repository: null } => "Its model.json names no \"repository\" to fetch it from.",
        _ => null,
    };

    /// <summary>
    /// Whether the model gives vectors of a length: its own, or one of <see cref="Matryoshka"/>; without that, every
    /// shorter one.
    /// </summary>
    public bool Gives(int dimensions) =>
        dimensions == Dimensions
        || (Matryoshka is { } shorter ? shorter.Dimensions.Contains(dimensions)
            // A number of a sparse vector stands for a word, so its first numbers say nothing of the others.
            : Pooling != Pooling.Splade && dimensions >= 1 && dimensions < Dimensions);

    /// <summary>
    /// Whether a name, in any case, with the tag <c>:latest</c> or without, is the model's short name, its id or an
    /// alias.
    /// </summary>
    public bool IsNamed(string name) =>
        Names.Select(WithoutLatest).Contains(WithoutLatest(name), StringComparer.OrdinalIgnoreCase);

    /// <summary>A name without the tag that Ollama adds to every name without one.</summary>
    public static string WithoutLatest(string name) =>
        name.EndsWith(LatestTag, StringComparison.OrdinalIgnoreCase) ? name[..^LatestTag.Length] : name;

    internal IEnumerable<string> Names =>
        (Aliases ?? []).Prepend(Id).Prepend(Name).Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The task of texts whose request names none: that of the default prompt, or the first. <see langword="null"/>
    /// for a model without tasks.
    /// </summary>
    internal long? DefaultTask => Tasks is not { Count: > 0 } tasks ? null
        : DefaultPrompt is { } name && tasks.TryGetValue(name, out var task) ? task
        : tasks.GetAt(0).Value;

    /// <summary>What is wrong with it, as a sentence; <see langword="null"/> when nothing is.</summary>
    internal string? Problem() => FactProblem() ?? FileProblem();

    private string? FactProblem() => this switch
    {
        { Dimensions: < 1 } => "\"dimensions\" must be at least 1.",
        { MaxTokens: < 3 } => "\"max_tokens\" must be at least 3: [CLS], one token, [SEP].",
        { Tokenizer: not ("wordpiece" or "tokenizer.json") }
            => $"\"tokenizer\" is '{Tokenizer}'; it must be 'wordpiece' or 'tokenizer.json'.",
        { Similarity: not (null or "cosine" or "dot" or "euclidean") }
            => $"\"similarity\" is '{Similarity}'; it must be 'cosine', 'dot' or 'euclidean'.",
        { DefaultPrompt: { } prompt } when Prompts?.ContainsKey(prompt) != true
            => $"\"default_prompt\" is '{prompt}', which is not in \"prompts\".",
        { Matryoshka.Dimensions: var lengths }
            when lengths.Count == 0 || lengths.Any(length => length < 1 || length > Dimensions)
            => $"\"matryoshka\" must list \"dimensions\" from 1 to {Dimensions}.",
        { Int8Range: { } range } when !(range > 0 && float.IsFinite(range)) => "\"int8_range\" must be above 0.",
        { PadId: < 0 } => "\"pad_id\" must be at least 0.",
        { Pooling: Pooling.None, Dense: not null } => "\"dense\" comes after pooling, so \"pooling\" cannot be 'none'.",
        { Kind: ModelKind.CrossEncoder, Pooling: not Pooling.None }
            => "\"pooling\" of a cross-encoder must be 'none': its graph gives scores.",
        { Labels: { } labels } when labels.Count != Dimensions
            => $"\"labels\" has {labels.Count} names, but \"dimensions\" says that there are {Dimensions} scores.",
        _ => null,
    };

    private string? FileProblem() => this switch
    {
        { Variants.Count: 0 } => "\"variants\" names no weights.",
        { Repository: not null, Revision: null } => "\"repository\" needs a pinned \"revision\".",
        { Package: null } when Files.FirstOrDefault(file => file.Resource is not null) is { } file
            => $"\"{file.Path}\" names a \"resource\", so the manifest needs the \"package\" that has it.",
        _ when Variants.Values.FirstOrDefault(path => Files.All(file => file.Path != path)) is { } missing
            => $"\"variants\" names '{missing}', which is not in \"files\".",
        _ when Files.FirstOrDefault(file => file.DependsOnBatch is not null && !Variants.ContainsValue(file.Path)) is { } other
            => $"\"{other.Path}\" has \"depends_on_batch\", which is for files that \"variants\" names.",
        _ when (Dense ?? []).FirstOrDefault(dense => Files.All(file => file.Path != dense.Weights)) is { } dense
            => $"\"dense\" names '{dense.Weights}', which is not in \"files\".",
        _ => Files.Select(file => file.Problem()).FirstOrDefault(problem => problem is not null),
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    ReadCommentHandling = JsonCommentHandling.Skip,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ModelManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
