using System.Text.Json.Serialization;
using Embeddings.Api.Wire;
using Embeddings.Inference.Models;
using Embeddings.Tokenization;

namespace Embeddings.Api.OpenAi;

/// <summary>Texts to embed. Fields that are null count as absent; fields not listed here are ignored.</summary>
public sealed record EmbeddingRequest
{
    /// <summary>
    /// A text, a list of texts, a list of token ids, or a list of lists of token ids; at most 2,048 inputs, none empty.
    /// An item may be <c>{"text": …}</c> too.
    /// </summary>
    /// <example>["The cat sits outside", "A dog barks loudly"]</example>
    public EmbeddingInput? Input { get; init; }

    /// <summary>
    /// Id, short name or alias of a model, see <c>GET /v1/models</c>; absent means the default. The reply names the
    /// model that answered.
    /// </summary>
    /// <example>text-embedding-3-small</example>
    public string? Model { get; init; }

    /// <summary>
    /// <c>float</c> (default): a JSON array. <c>base64</c>: the bytes of the numbers in base64, those of 32-bit floats
    /// little-endian.
    /// </summary>
    /// <example>float</example>
    public string? EncodingFormat { get; init; }

    /// <summary>
    /// Length of the vectors, from 1 to the model's own; a shorter one is cut and scaled to length 1 again.
    /// </summary>
    /// <example>384</example>
    public int? Dimensions { get; init; }

    /// <summary>The same as <c>dimensions</c>, as Mistral's and Voyage's clients name it.</summary>
    /// <example>384</example>
    public int? OutputDimension { get; init; }

    /// <summary>
    /// What the numbers of a vector become. <c>float</c> (default). <c>int8</c>: codes from -128 to 127, with a range
    /// that the model has. <c>uint8</c>: the same codes and 128 more. <c>ubinary</c>: a bit for each number, 1 above 0,
    /// eight a byte, the first in the most significant bit. <c>binary</c>: the same bytes and 128 less. <c>base64</c>:
    /// floats in base64.
    /// </summary>
    /// <example>float</example>
    public string? OutputDtype { get; init; }

    /// <summary>The same as <c>output_dtype</c>, as Jina's clients name it.</summary>
    /// <example>float</example>
    public string? EmbeddingType { get; init; }

    /// <summary>The same as <c>output_dtype</c>, as LlamaIndex names it.</summary>
    /// <example>float</example>
    public string? EncodingType { get; init; }

    /// <summary>
    /// <c>true</c> (default): vectors are scaled to length 1, if the model's are. <c>false</c>: they are as the model
    /// gives them before that.
    /// </summary>
    /// <example>true</example>
    public bool? Normalized { get; init; }

    /// <summary>Your end user, for your own records; it changes nothing here.</summary>
    /// <example>user-1234</example>
    public string? User { get; init; }

    /// <summary>
    /// <c>true</c> or <c>"END"</c>: the end of a text longer than the model reads is cut, and
    /// <c>x-truncated-inputs</c> counts it. <c>"START"</c>: its start is cut. <c>false</c> or <c>"NONE"</c>: it is a
    /// 400. Absent: as the server is set (<c>Input:Truncation</c>).
    /// </summary>
    /// <example>true</example>
    public TruncateOption? Truncate { get; init; }

    /// <summary>The same as <c>truncate</c>, as Voyage's clients name it.</summary>
    /// <example>true</example>
    public bool? Truncation { get; init; }

    /// <summary>What the inputs are, as Infinity's clients say it: only <c>text</c>.</summary>
    /// <example>text</example>
    public string? Modality { get; init; }

    /// <summary>Whether inputs are read as one text, as at Jina: only <c>false</c>.</summary>
    /// <example>false</example>
    public bool? LateChunking { get; init; }

    /// <summary>Whether an input gets the vectors of its tokens, as at Jina: only <c>false</c>.</summary>
    /// <example>false</example>
    public bool? ReturnMultivector { get; init; }

    /// <summary>
    /// What the inputs are, for models that were trained with prompts (<c>prompts</c> in <c>GET /v1/models</c>):
    /// <c>query</c> or <c>search_query</c>; <c>document</c>, <c>passage</c> or <c>search_document</c>; or another kind,
    /// as <c>classification</c>. The model's own prompt is put before the text; if the model has no prompt of this
    /// kind, nothing is added. Absent: no prompt, unless the model has a default one. Token ids of the model's own
    /// vocabulary cannot have one.
    /// </summary>
    /// <example>query</example>
    public string? InputType { get; init; }

    /// <summary>
    /// The prompt by the name that the model gives it. An unknown name is a 400 that lists the model's names.
    /// </summary>
    /// <example>query</example>
    public string? PromptName { get; init; }

    /// <summary>
    /// The same as <c>input_type</c>, as Jina's clients name it: <c>retrieval.query</c>, <c>retrieval.passage</c>,
    /// <c>text-matching</c>, <c>classification</c>, <c>separation</c>.
    /// </summary>
    /// <example>retrieval.query</example>
    public string? Task { get; init; }

    /// <summary>
    /// A prompt of your own: it is put before each input in place of the model's, and its tokens count. Empty means
    /// none.
    /// </summary>
    /// <example>Represent this sentence for searching relevant passages: </example>
    public string? Prompt { get; init; }

    /// <summary>
    /// Not of the wire: whether a dialect whose clients expect it embeds empty texts, whatever the settings say.
    /// </summary>
    internal bool EmbedsEmptyTexts { get; init; }

    /// <summary>Not of the wire: which part of inputs is cut that are too long; null for the end.</summary>
    internal TruncationSide? TruncationSide { get; init; }

    /// <summary>
    /// Not of the wire: whether earlier inputs of the same stream were embedded already. These are then taken even if
    /// too many tokens wait.
    /// </summary>
    internal bool IsBegun { get; init; }

    /// <summary>
    /// Not of the wire: tokens of one input, special ones included, beyond which it counts as too long; null for as
    /// many as the model reads.
    /// </summary>
    internal int? MaxInputTokens { get; init; }
}

/// <summary>One vector for each input, in the order of the inputs.</summary>
/// <param name="Object">Always <c>list</c>.</param>
/// <param name="Data">The vectors.</param>
/// <param name="Model">Id of the model that made them.</param>
/// <param name="Usage">The tokens it read.</param>
/// <param name="Id">The id of the reply, another for each.</param>
/// <param name="Created">When the reply was made, in Unix seconds.</param>
public sealed record EmbeddingResponse(
    string Object, IReadOnlyList<EmbeddingItem> Data, string Model, EmbeddingUsage Usage, EmbeddingId Id, long Created);

/// <summary>The vector of one input.</summary>
/// <param name="Object">Always <c>embedding</c>.</param>
/// <param name="Index">Which input, from 0.</param>
/// <param name="Embedding">Its vector, of Euclidean length 1 unless the request says otherwise.</param>
public sealed record EmbeddingItem(string Object, int Index, EmbeddingVector Embedding);

/// <summary>The models served.</summary>
/// <param name="Object">Always <c>list</c>.</param>
/// <param name="Data">The models.</param>
public sealed record ModelList(string Object, IReadOnlyList<ModelObject> Data)
{
    /// <summary>The same models as Cohere's clients read them.</summary>
    public IReadOnlyList<ListedModel> Models => [.. Data.Select(ListedModel.Of)];

    /// <summary>Always null, which tells Cohere's clients that there are no others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? NextPageToken => null;
}

/// <summary>A model in Cohere's words.</summary>
/// <param name="Name">Its id, or an alias.</param>
/// <param name="Endpoints">What it can do: <c>embed</c>, <c>rerank</c>, <c>classify</c>.</param>
/// <param name="ContextLength">Tokens it reads of one input.</param>
/// <param name="TokenizerUrl">Always null.</param>
/// <param name="IsDeprecated">Always false.</param>
public sealed record ListedModel(
    string Name,
    IReadOnlyList<string> Endpoints,
    int ContextLength,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? TokenizerUrl,
    bool IsDeprecated)
{
    internal static ListedModel Of(ModelObject model) => new(
        model.Id,
        model switch
        {
            { Kind: null } => ["embed", "rerank"],
            { Labels: not null } => ["classify"],
            _ => ["rerank"],
        },
        model.MaxTokens,
        null,
        false);
}

/// <summary>A model.</summary>
/// <param name="Id">Its id, as replies name it; or an alias.</param>
/// <param name="Object">Always <c>model</c>.</param>
/// <param name="Created">When its weights were published, in Unix seconds; 0 where its model.json does not say.</param>
/// <param name="OwnedBy">Who published it.</param>
/// <param name="Dimensions">Length of its vectors; of a cross-encoder, the number of its scores.</param>
/// <param name="MaxTokens">Tokens it reads of one input, [CLS] and [SEP] included.</param>
/// <param name="Precision">The precision of the weights that are served, as the model's manifest names it: <c>fp32</c>,
/// <c>int8</c> or <c>int4</c>.</param>
/// <param name="Prompts">What <c>prompt_name</c> may be; absent for a model without prompts.</param>
/// <param name="Kind"><c>cross-encoder</c> for a model that ranks or labels texts; absent for one that makes
/// vectors.</param>
/// <param name="Labels">The labels that it gives texts; absent for a model without labels.</param>
/// <param name="AliasOf">The id of the model that an alias stands for; absent for a model.</param>
public sealed record ModelObject(
    string Id,
    string Object,
    long Created,
    string OwnedBy,
    int Dimensions,
    int MaxTokens,
    string Precision,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Prompts,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Kind = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Labels = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? AliasOf = null)
{
    internal static ModelObject Of(ModelManifest manifest, string name) => new(
        name,
        "model",
        manifest.Created is { } day ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeSeconds() : 0,
        manifest.Id.Split('/') is [var owner, _] ? owner : "embeddings",
        manifest.Dimensions,
        manifest.MaxTokens,
        manifest.Precision,
        manifest.Prompts is { Count: > 0 } prompts ? [.. prompts.Keys] : null,
        manifest.Kind == ModelKind.CrossEncoder ? "cross-encoder" : null,
        manifest.Labels,
        name == manifest.Id ? null : manifest.Id);
}
