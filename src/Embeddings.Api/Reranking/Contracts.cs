using System.Text.Json.Serialization;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Reranking;

/// <summary>Documents to rank by how well they answer a query. Fields not listed here are ignored.</summary>
public sealed record RerankRequest
{
    /// <summary>The query.</summary>
    /// <example>Which animal purrs?</example>
    public string? Query { get; init; }

    /// <summary>The documents: texts, or objects with a <c>text</c>.</summary>
    /// <example>["The cat purrs", "A dog barks loudly"]</example>
    public IReadOnlyList<RerankInput>? Documents { get; init; }

    /// <summary>The documents, as Text Embeddings Inference names them; instead of <c>documents</c>.</summary>
    public IReadOnlyList<string>? Texts { get; init; }

    /// <summary>
    /// A cross-encoder, or another model, whose vectors are then compared by their cosine. Absent means the first
    /// cross-encoder of this server, or the default model if there is none. The reply names the model that ranked.
    /// </summary>
    public string? Model { get; init; }

    /// <summary>How many of the best documents to return; absent means all.</summary>
    /// <example>3</example>
    public int? TopN { get; init; }

    /// <summary>Whether the results have the texts of the documents; absent means false.</summary>
    /// <example>true</example>
    public bool? ReturnDocuments { get; init; }

    /// <summary>
    /// Whether scores are what a cross-encoder gives, any number, and not its sigmoid, 0 to 1. Cosines are the same
    /// either way.
    /// </summary>
    /// <example>false</example>
    public bool? RawScores { get; init; }

    /// <summary>
    /// <c>true</c>: a document longer than the model reads beside the query is cut, and <c>x-truncated-inputs</c> counts
    /// it. <c>false</c>: it is a 400. Absent: as the server is set (<c>Input:Truncation</c>). The query is never cut.
    /// </summary>
    public bool? Truncate { get; init; }
}

/// <summary>A document to rank.</summary>
/// <param name="Text">Its text.</param>
[JsonConverter(typeof(RerankInputConverter))]
public sealed record RerankInput(string Text);

/// <summary>Documents in the order of how well they answer the query.</summary>
/// <param name="Object">Always <c>list</c>.</param>
/// <param name="Model">Id of the model that ranked.</param>
/// <param name="Results">The documents, best first; equal scores in the order of the request.</param>
/// <param name="Usage">Tokens read; a cross-encoder reads the query with each document.</param>
public sealed record RerankResponse(
    string Object, string Model, IReadOnlyList<RerankResult> Results, EmbeddingUsage Usage);

/// <summary>A document that was ranked.</summary>
/// <param name="Index">Which document of the request, from 0.</param>
/// <param name="RelevanceScore">How well it answers the query; larger is better. Scores of different models do not
/// compare.</param>
/// <param name="Document">The document, if the request asks for it.</param>
public sealed record RerankResult(
    int Index,
    float RelevanceScore,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RerankedDocument? Document);

/// <summary>A document in a result.</summary>
/// <param name="Text">Its text.</param>
public sealed record RerankedDocument(string Text);

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
