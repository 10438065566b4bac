using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Retrieval;

/// <summary>
/// What to search for: a <c>query</c>, or what is like the <c>positive</c> and unlike the <c>negative</c> examples.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SearchRequest
{
    /// <summary>
    /// A text, a vector, or a list of these: several queries in one request take less time than one by one.
    /// </summary>
    /// <example>Which animal purrs?</example>
    public TextsOrVectors? Query { get; init; }

    /// <summary>
    /// Examples of what is wanted: an id of a document, else a text; a vector; or, to be explicit, <c>{"id": …}</c>,
    /// <c>{"text": …}</c> or <c>{"vector": …}</c>. The search uses the mean of the positive examples, plus its
    /// difference from the mean of the negative ones. Documents that are examples by id are not among the results.
    /// </summary>
    public IReadOnlyList<Example>? Positive { get; init; }

    /// <summary>Examples of what is not wanted.</summary>
    public IReadOnlyList<Example>? Negative { get; init; }

    /// <summary>Where to search; absent means <c>default</c>.</summary>
    /// <example>default</example>
    public string? Collection { get; init; }

    /// <summary>
    /// Documents to search instead of a collection: texts, or documents as a collection takes them. They are embedded
    /// and ranked, and not stored.
    /// </summary>
    public IReadOnlyList<DocumentInput>? Documents { get; init; }

    /// <summary>
    /// The model that embeds texts; it must be the collection's. Absent means the collection's, or for documents of the
    /// request the default.
    /// </summary>
    /// <example>text-embedding-3-small</example>
    public string? Model { get; init; }

    /// <summary>
    /// What the query is, or the texts of the examples are, for models that were trained with prompts (<c>prompts</c>
    /// in <c>GET /v1/models</c>): <c>query</c> or <c>search_query</c>; <c>document</c>, <c>passage</c> or
    /// <c>search_document</c>; or another kind, as <c>classification</c>. The model's own prompt is put before the
    /// text; if the model has no prompt of this kind, nothing is added. Absent: a query. Documents always get the
    /// prompt of documents.
    /// </summary>
    /// <example>query</example>
    public string? InputType { get; init; }

    /// <summary>
    /// The prompt by the name that the model gives it. An unknown name is a 400 that lists the model's names.
    /// </summary>
    /// <example>query</example>
    public string? PromptName { get; init; }

    /// <summary>
    /// For documents of the request: <c>cosine</c> (default), <c>dot</c> or <c>euclidean</c>. A collection has its own
    /// metric.
    /// </summary>
    /// <example>cosine</example>
    public string? Metric { get; init; }

    /// <summary>How many documents to find, or with <c>group_by</c> how many groups; absent means 10.</summary>
    /// <example>10</example>
    public int? TopK { get; init; }

    /// <summary>How many results to skip; the pages of one search have no gaps.</summary>
    /// <example>0</example>
    public int? Offset { get; init; }

    /// <summary>
    /// The worst score of a result: the smallest cosine or dot product, the largest Euclidean distance.
    /// </summary>
    /// <example>0.1</example>
    public float? MinScore { get; init; }

    /// <summary>
    /// The documents that may be found, by their metadata: <c>{"year": {"$gte": 2020}, "$or": [{"lang": "en"}, {"tags":
    /// {"$in": ["a", "b"]}}]}</c>, with $eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $exists, $and, $or and $not: up to
    /// 1,000 conditions, $and, $or and $not together. A list matches if one of its items does. Date-times of RFC 3339
    /// compare as instants.
    /// </summary>
    /// <example>{ "animal": { "$ne": "dog" } }</example>
    public JsonElement? Filter { get; init; }

    /// <summary>
    /// Which parts of a document to return: <c>text</c>, <c>metadata</c>, <c>vector</c>. Absent means text and
    /// metadata.
    /// </summary>
    /// <example>["text", "metadata"]</example>
    public IReadOnlyList<string>? Include { get; init; }

    /// <summary>
    /// A metadata field: documents that share its value make a group, and the answer has groups instead of results.
    /// </summary>
    public string? GroupBy { get; init; }

    /// <summary>Most documents of a group; absent means 3.</summary>
    public int? GroupSize { get; init; }

    /// <summary>
    /// Ranks the best documents once more, by their texts; it needs a text as the query. <c>true</c>, or an object:
    /// <c>model</c> names a cross-encoder, or another model, whose vectors are then compared by their cosine (absent:
    /// the reranker of this server); <c>candidates</c> is how many of the best documents are ranked, up to 1,000
    /// (absent: 100).
    /// </summary>
    public SearchRerank? Rerank { get; init; }
}

/// <summary>How the best documents are ranked once more.</summary>
[JsonConverter(typeof(SearchRerankConverter))]
public sealed record SearchRerank
{
    /// <summary>
    /// A cross-encoder, or another model, whose vectors are then compared by their cosine. Absent means the reranker of
    /// this server: that of the settings (<c>Models:Reranker</c>), else the first cross-encoder, else the default model.
    /// </summary>
    public string? Model { get; init; }

    /// <summary>
    /// How many of the best documents are ranked, up to 1,000; absent means 100. <c>min_score</c> bounds their scores
    /// before that.
    /// </summary>
    /// <example>100</example>
    public int? Candidates { get; init; }
}

/// <summary>What was found.</summary>
/// <param name="Collection">The collection that was searched; null for documents of the request.</param>
/// <param name="Model">Id of the model whose vectors were compared; null for your own.</param>
/// <param name="Metric"><c>cosine</c>, <c>dot</c> or <c>euclidean</c>.</param>
/// <param name="Results">Documents, best first, equal scores by id, with <c>rerank</c> by <c>relevance_score</c>; a list of such lists when <c>query</c> was a list.
/// Absent with <c>group_by</c>.</param>
/// <param name="Groups">With <c>group_by</c>: groups in the order of their best; a list of such lists when <c>query</c>
/// was a list.</param>
/// <param name="Usage">Tokens read to embed texts.</param>
public sealed record SearchResponse(
    string? Collection,
    string? Model,
    string Metric,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] OneOrSeveral<IReadOnlyList<SearchResult>>? Results,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] OneOrSeveral<IReadOnlyList<SearchGroup>>? Groups,
    EmbeddingUsage Usage)
{
    /// <summary>With <c>rerank</c>: id of the model that ranked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reranker { get; init; }
}

/// <summary>A document that was found, with the parts that were asked for and that it has.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Score">Cosine or dot product, larger for nearer; Euclidean distance, smaller for nearer.</param>
/// <param name="Text">The document's text.</param>
/// <param name="Metadata">The document's metadata, as they were sent.</param>
/// <param name="Vector">The vector that was compared.</param>
public sealed record SearchResult(
    string Id,
    float Score,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RawJson? Metadata,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] EmbeddingVector? Vector)
{
    /// <summary>With <c>rerank</c>: how well the text answers the query; absent for a document without a text.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public float? RelevanceScore { get; init; }
}

/// <summary>Documents that share a value.</summary>
/// <param name="Value">The value of the field.</param>
/// <param name="Results">Its best documents, best first.</param>
public sealed record SearchGroup(RawJson Value, IReadOnlyList<SearchResult> Results);
