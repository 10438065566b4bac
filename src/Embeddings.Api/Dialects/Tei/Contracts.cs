using System.Text.Json.Serialization;
using Embeddings.Api.Reranking;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Dialects.Tei;

/// <summary>
/// A request to a route that embeds. Routes that serve several tasks tell them by the fields that are there.
/// </summary>
public sealed record TeiRequest
{
    /// <summary>What is to be embedded or compared.</summary>
    public TeiInput? Inputs { get; init; }

    /// <summary><c>false</c>: an input that is too long is a 422. Otherwise as the server is set.</summary>
    public bool? Truncate { get; init; }

    /// <summary><c>Left</c> or <c>Right</c> (default), with a small first letter too: where inputs are cut.</summary>
    public string? TruncationDirection { get; init; }

    /// <summary>The prompt that is put before each input, by the model's name for it.</summary>
    public string? PromptName { get; init; }

    /// <summary>Whether vectors are scaled to length 1; null means true.</summary>
    public bool? Normalize { get; init; }

    /// <summary>Numbers in a vector; null for the model's own.</summary>
    public int? Dimensions { get; init; }

    /// <summary>The model; only Pinecone's clients mean one by it.</summary>
    public string? Model { get; init; }

    /// <summary>Parameters of a comparison, of Hugging Face's clients and of Pinecone's.</summary>
    public TeiParameters? Parameters { get; init; }

    /// <summary>The query of a ranking.</summary>
    public string? Query { get; init; }

    /// <summary>The documents of a ranking.</summary>
    public IReadOnlyList<string>? Texts { get; init; }

    /// <summary>The same, as Elasticsearch names them.</summary>
    public IReadOnlyList<string>? Documents { get; init; }

    /// <summary>Whether the scores of a ranking are what the model gives.</summary>
    public bool? RawScores { get; init; }

    /// <summary>Whether a ranking has the documents.</summary>
    public bool? ReturnText { get; init; }

    /// <summary>How many of the best documents a ranking has, as Elasticsearch asks; null for all.</summary>
    public int? TopN { get; init; }

    /// <summary>Not of the wire: whether earlier inputs of the same stream were embedded already.</summary>
    internal bool IsBegun { get; init; }
}

/// <summary>Parameters beside the inputs.</summary>
public sealed record TeiParameters
{
    /// <summary>A boolean of Hugging Face's clients, or Pinecone's <c>END</c>, <c>START</c> or <c>NONE</c>.</summary>
    public TruncateOption? Truncate { get; init; }

    /// <summary>As beside the inputs.</summary>
    public string? TruncationDirection { get; init; }

    /// <summary>As beside the inputs.</summary>
    public string? PromptName { get; init; }

    /// <summary>As beside the inputs.</summary>
    public bool? Normalize { get; init; }

    /// <summary>As beside the inputs.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Pinecone's: numbers in a vector.</summary>
    public int? Dimension { get; init; }

    /// <summary>Pinecone's: <c>query</c> or <c>passage</c>.</summary>
    public string? InputType { get; init; }
}

/// <summary>Texts to cut into tokens.</summary>
/// <param name="Inputs">A text or a list of texts.</param>
/// <param name="AddSpecialTokens">Whether the special tokens are listed that the model adds; null means true.</param>
/// <param name="PromptName">The prompt that is put before each text.</param>
public sealed record TeiTokenizeRequest(
    [property: JsonConverter(typeof(TextListConverter))] IReadOnlyList<string>? Inputs, bool? AddSpecialTokens,
    string? PromptName);

/// <summary>Ids to turn into texts.</summary>
/// <param name="Ids">A list of ids, or a list of such lists.</param>
/// <param name="SkipSpecialTokens">Whether special tokens are left out; null means true.</param>
public sealed record TeiDecodeRequest(
    [property: JsonConverter(typeof(TokenIdListsConverter))] IReadOnlyList<int[]>? Ids, bool? SkipSpecialTokens);

/// <summary>Texts, or pairs of texts, for a model with labels of its own.</summary>
/// <param name="Inputs">A text, two texts that are a pair, or a list of lists of one or two texts.</param>
/// <param name="Truncate"><c>false</c>: a text that is too long is a 422. Otherwise as the server is set.</param>
/// <param name="TruncationDirection">Where texts are cut.</param>
/// <param name="RawScores">Whether scores are what the model gives, and not probabilities.</param>
public sealed record TeiPredictRequest(
    TeiPredictInput? Inputs, bool? Truncate, string? TruncationDirection, bool? RawScores);

/// <summary>A label and its score.</summary>
/// <param name="Score">The score.</param>
/// <param name="Label">The label.</param>
public sealed record TeiPrediction(float Score, string Label);

/// <summary>A document that was ranked.</summary>
/// <param name="Index">Which document of the request, from 0.</param>
/// <param name="Text">The document, if the request asks for it.</param>
/// <param name="Score">How well it answers the query.</param>
public sealed record TeiRank(
    int Index, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text, float Score)
{
    /// <summary>A ranking as the list that these clients, and Elasticsearch, read. They refuse any other field.</summary>
    internal static IReadOnlyList<TeiRank> ListOf(RerankResponse ranking) =>
        [.. ranking.Results.Select(result => new TeiRank(result.Index, result.Document?.Text, result.RelevanceScore))];
}

/// <summary>Requests to embed or to rank, as Vertex AI sends them.</summary>
/// <param name="Instances">The requests.</param>
public sealed record TeiVertexRequest(IReadOnlyList<TeiRequest?>? Instances);

/// <summary>The replies to requests that Vertex AI has sent.</summary>
/// <param name="Predictions">The reply of each.</param>
public sealed record TeiVertexResponse(IReadOnlyList<object> Predictions);

/// <summary>What this server is.</summary>
public sealed record TeiInfo
{
    /// <summary>Id of the default model.</summary>
    public required string ModelId { get; init; }

    /// <summary>The commit of its repository; null if nobody said.</summary>
    public string? ModelSha { get; init; }

    /// <summary>The type of its weights.</summary>
    public required string ModelDtype { get; init; }

    /// <summary>The name by which replies know it.</summary>
    public required string ServedModelName { get; init; }

    /// <summary>What it makes of texts: the key is <c>embedding</c>, <c>classifier</c> or <c>reranker</c>.</summary>
    public required IReadOnlyDictionary<string, object> ModelType { get; init; }

    /// <summary>Requests at a time. There is no such limit here; tokens that wait are limited.</summary>
    public int MaxConcurrentRequests { get; init; } = 512;

    /// <summary>Tokens that the model reads of an input.</summary>
    public required int MaxInputLength { get; init; }

    /// <summary>Tokens of one request.</summary>
    public required int MaxBatchTokens { get; init; }

    /// <summary>Inputs of one batch; there is no such limit here.</summary>
    public int? MaxBatchRequests { get; init; }

    /// <summary>Inputs of one request.</summary>
    public required int MaxClientBatchSize { get; init; }

    /// <summary>Whether inputs that are too long are cut unless a request says otherwise.</summary>
    public required bool AutoTruncate { get; init; }

    /// <summary>Threads that tokenize.</summary>
    public int TokenizationWorkers { get; init; } = Environment.ProcessorCount;

    /// <summary>The version of Text Embeddings Inference whose routes these are.</summary>
    public string Version { get; init; } = "1.9.3";

    /// <summary>The commit of that; null here.</summary>
    public string? Sha { get; init; }

    /// <summary>The container of that; null here.</summary>
    public string? DockerLabel { get; init; }
}

/// <summary>The same as Azure's clients ask for it, with a version in the query.</summary>
/// <param name="ModelName">Id of the default model.</param>
/// <param name="ModelType">Always <c>embeddings</c>.</param>
/// <param name="ModelProviderName">Who published it.</param>
public sealed record AzureModelInfo(string ModelName, string ModelType, string ModelProviderName);
