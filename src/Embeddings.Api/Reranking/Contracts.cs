using System.Text.Json.Serialization;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Reranking;

/// <summary>
/// Documents to rank by how well they answer a query, with the fields of every vendor. Fields not listed here are
/// ignored.
/// </summary>
public sealed record RerankRequest
{
    /// <summary>The query.</summary>
    /// <example>Which animal purrs?</example>
    public string? Query { get; init; }

    /// <summary>The documents: texts, or objects with a <c>text</c>.</summary>
    /// <example>["The cat purrs", "A dog barks loudly"]</example>
    public IReadOnlyList<TextItem>? Documents { get; init; }

    /// <summary>
    /// The documents, as Text Embeddings Inference names them; instead of <c>documents</c>. The reply is then a list of
    /// <c>index</c> and <c>score</c>, as there.
    /// </summary>
    public IReadOnlyList<string>? Texts { get; init; }

    /// <summary>
    /// A cross-encoder, or another model, whose vectors are then compared by their cosine. Absent, or a name that a
    /// vendor gives a reranker of its own (<c>rerank-v3.5</c>), means the reranker of this server: that of the settings
    /// (<c>Models:Reranker</c>), else the first cross-encoder, else the default model. The reply names the model that
    /// ranked.
    /// </summary>
    public string? Model { get; init; }

    /// <summary>How many of the best documents to return; absent means all.</summary>
    /// <example>3</example>
    public int? TopN { get; init; }

    /// <summary>The same as <c>top_n</c>, as Voyage names it.</summary>
    public int? TopK { get; init; }

    /// <summary>Whether the results have the texts of the documents; absent means false.</summary>
    /// <example>true</example>
    public bool? ReturnDocuments { get; init; }

    /// <summary>The same as <c>return_documents</c>, as Text Embeddings Inference names it.</summary>
    public bool? ReturnText { get; init; }

    /// <summary>
    /// Whether scores are what the model gives: of a cross-encoder any number, and not its sigmoid; of another model
    /// the cosine, -1 to 1, and not 0 for every negative one.
    /// </summary>
    /// <example>false</example>
    public bool? RawScores { get; init; }

    /// <summary>
    /// <c>true</c>: a document longer than the model reads beside the query is cut, and <c>x-truncated-inputs</c>
    /// counts it. <c>false</c>: it is a 400. Absent: as the server is set (<c>Input:Truncation</c>). The query is never cut.
    /// </summary>
    public bool? Truncate { get; init; }

    /// <summary>The same as <c>truncate</c>, as Voyage names it.</summary>
    public bool? Truncation { get; init; }

    /// <summary>Which side of a document is kept: only <c>right</c>, where the end is cut, is served.</summary>
    public string? TruncationDirection { get; init; }

    /// <summary>Most chunks of a document that are read. It is one here, whatever the number.</summary>
    public int? MaxChunksPerDoc { get; init; }

    /// <summary>Most tokens of a document that are read; not less than the model reads.</summary>
    public int? MaxTokensPerDoc { get; init; }

    /// <summary>
    /// Fields of the documents that are ranked, one after the other, in place of <c>text</c>. At /rerank the reply is
    /// then Pinecone's.
    /// </summary>
    public IReadOnlyList<string>? RankFields { get; init; }

    /// <summary>Pinecone's <c>truncate</c> (<c>END</c> or <c>NONE</c>) and <c>max_chunks_per_doc</c>.</summary>
    public RerankParameters? Parameters { get; init; }

    /// <summary>Sent by Weaviate, without a model: the reply is then that of its reranker-transformers.</summary>
    public string? Property { get; init; }
}

/// <summary>Parameters of Pinecone's rerankers. Others are ignored.</summary>
public sealed record RerankParameters
{
    /// <summary><c>END</c>: documents that are too long are cut. <c>NONE</c>: they are a 400.</summary>
    public string? Truncate { get; init; }

    /// <summary>As beside <c>parameters</c>.</summary>
    public int? MaxChunksPerDoc { get; init; }
}

/// <summary>
/// Documents in the order of how well they answer the query, in one shape for the clients of Cohere, Jina, Voyage,
/// vLLM, llama.cpp and LocalAI.
/// </summary>
/// <param name="Id">Of the reply.</param>
/// <param name="Object">Always <c>list</c>.</param>
/// <param name="Model">Id of the model that ranked.</param>
/// <param name="Results">The documents, best first; equal scores in the order of the request.</param>
/// <param name="Data">The same, as Voyage has it.</param>
/// <param name="Usage">Tokens read; a cross-encoder reads the query with each document.</param>
/// <param name="Meta">What Cohere tells beside an answer.</param>
public sealed record RerankResponse(
    string Id, string Object, string Model, IReadOnlyList<RerankResult> Results, IReadOnlyList<RerankDatum> Data,
    EmbeddingUsage Usage, RerankMeta Meta);

/// <summary>A document that was ranked.</summary>
/// <param name="Index">Which document of the request, from 0.</param>
/// <param name="RelevanceScore">How well it answers the query, 0 to 1 unless raw scores were asked for; larger is
/// better. Scores of different models do not compare.</param>
/// <param name="Document">The document, if the request asks for it.</param>
public sealed record RerankResult(
    int Index,
    float RelevanceScore,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RerankedDocument? Document);

/// <summary>A document in a result.</summary>
/// <param name="Text">Its text.</param>
public sealed record RerankedDocument(string Text);

/// <summary>A document that was ranked, as Voyage has it.</summary>
/// <param name="Index">Which document of the request, from 0.</param>
/// <param name="RelevanceScore">As in <c>results</c>.</param>
/// <param name="Document">Its text, if the request asks for it.</param>
public sealed record RerankDatum(
    int Index,
    float RelevanceScore,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Document);

/// <summary>What Cohere tells beside a ranking.</summary>
/// <param name="ApiVersion">The version of its API.</param>
/// <param name="BilledUnits">What it would bill.</param>
public sealed record RerankMeta(CohereApiVersion ApiVersion, RerankBilledUnits BilledUnits);

/// <summary>What Cohere would bill.</summary>
/// <param name="SearchUnits">One for every 100 documents that were begun.</param>
public sealed record RerankBilledUnits(int SearchUnits);

/// <summary>Texts for a model that has labels of its own.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PredictRequest
{
    /// <summary>A text, or a list of texts.</summary>
    /// <example>["I love this", "I hate this"]</example>
    [JsonConverter(typeof(TextListConverter))]
    public IReadOnlyList<string>? Input { get; init; }

    /// <summary>
    /// Not of the wire: for each text the one that the model reads behind it, or null; null for no pairs at all.
    /// </summary>
    internal IReadOnlyList<string?>? Seconds { get; init; }

    /// <summary>The model; absent means the first model with labels of this server.</summary>
    public string? Model { get; init; }

    /// <summary>Whether scores are what the model gives, any number, and not probabilities.</summary>
    /// <example>false</example>
    public bool? RawScores { get; init; }

    /// <summary>
    /// <c>true</c>: a text longer than the model reads is cut, and <c>x-truncated-inputs</c> counts it. <c>false</c>: it
    /// is a 400. Absent: as the server is set (<c>Input:Truncation</c>).
    /// </summary>
    public bool? Truncate { get; init; }
}

/// <summary>The labels of texts.</summary>
/// <param name="Object">Always <c>list</c>.</param>
/// <param name="Model">Id of the model.</param>
/// <param name="Data">One for each text, in the order of the texts.</param>
/// <param name="Usage">Tokens read.</param>
public sealed record PredictResponse(
    string Object, string Model, IReadOnlyList<Prediction> Data, EmbeddingUsage Usage);

/// <summary>The labels of a text.</summary>
/// <param name="Index">Which text, from 0.</param>
/// <param name="Label">The label with the largest score.</param>
/// <param name="Score">Its score.</param>
/// <param name="Scores">Every label with its score, the largest first.</param>
public sealed record Prediction(int Index, string Label, float Score, IReadOnlyList<PredictedLabel> Scores);

/// <summary>A label and its score.</summary>
/// <param name="Label">The label.</param>
/// <param name="Score">A probability, 0 to 1; with <c>raw_scores</c> any number.</param>
public sealed record PredictedLabel(string Label, float Score);
