using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Projections;

/// <summary>How points are to be laid out.</summary>
public abstract record ProjectionSettings
{
    /// <summary>
    /// <c>umap</c> (the default) keeps neighbours together and is fast; <c>tsne</c> keeps them more faithfully and
    /// takes longer; <c>pca</c> keeps large distances and takes no time.
    /// </summary>
    /// <example>umap</example>
    public string? Method { get; init; }

    /// <summary>Numbers in a position: 2 (the default) or 3; for <c>pca</c> any number up to that of the vectors.</summary>
    /// <example>2</example>
    public int? Dimensions { get; init; }

    /// <summary>
    /// Where chance begins; 42 unless said. The same request gives the same positions, to the last bit. Only UMAP has
    /// chance in it.
    /// </summary>
    /// <example>42</example>
    public int? Seed { get; init; }

    /// <summary>UMAP's settings.</summary>
    public UmapSettings? Umap { get; init; }

    /// <summary>t-SNE's settings.</summary>
    public TsneSettings? Tsne { get; init; }

    /// <summary>Whether to tell how faithful the map is. It takes about as long again.</summary>
    public bool? Quality { get; init; }

    /// <summary>
    /// Seconds to wait for the result, 0 to 60; then the reply is a 202 with a job, whose result is what this reply
    /// would have been. Absent: 10.
    /// </summary>
    /// <example>10</example>
    public int? Wait { get; init; }
}

/// <summary>Which documents of a collection are to be laid out, and how.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CollectionProjectionRequest : ProjectionSettings
{
    /// <summary>Which documents, as in a search. Absent: all.</summary>
    public JsonElement? Filter { get; init; }

    /// <summary>At most so many documents; of more a sample is taken, the same one each time. Absent: 10,000.</summary>
    /// <example>10000</example>
    public int? Limit { get; init; }

    /// <summary>
    /// What comes with each point: <c>text</c>, <c>metadata</c>, or one field of it (<c>metadata.topic</c>). Absent:
    /// nothing.
    /// </summary>
    /// <example>["text"]</example>
    public IReadOnlyList<string>? Include { get; init; }
}

/// <summary>Texts or vectors to lay out, and how.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ProjectionRequest : ProjectionSettings
{
    /// <summary>Texts and vectors; at least three.</summary>
    public TextsOrVectors? Input { get; init; }

    /// <summary>How vectors are compared: <c>cosine</c> (the default), <c>dot</c> or <c>euclidean</c>.</summary>
    /// <example>cosine</example>
    public string? Metric { get; init; }

    /// <summary>The model that embeds the texts; absent means the default.</summary>
    /// <example>text-embedding-3-small</example>
    public string? Model { get; init; }

    /// <summary>What the texts are, for models that were trained with prompts; as for a comparison.</summary>
    /// <example>clustering</example>
    public string? InputType { get; init; }
}

/// <summary>UMAP's settings.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record UmapSettings
{
    /// <summary>
    /// Neighbours of each point that count, 2 to 200; 15 unless said. More show the large shape, fewer the small ones.
    /// </summary>
    /// <example>15</example>
    public int? Neighbors { get; init; }

    /// <summary>How close points may come, 0 to 3; 0.1 unless said.</summary>
    /// <example>0.1</example>
    public float? MinDist { get; init; }

    /// <summary>Rounds, 1 to 5,000; 500 for up to 10,000 points and 200 for more unless said.</summary>
    public int? Epochs { get; init; }
}

/// <summary>t-SNE's settings.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record TsneSettings
{
    /// <summary>About how many neighbours count, 2 to 200; 30 unless said.</summary>
    /// <example>30</example>
    public float? Perplexity { get; init; }

    /// <summary>Rounds after the first 250, 1 to 5,000; 750 unless said.</summary>
    public int? Iterations { get; init; }
}

/// <summary>Positions that show how alike texts are: what is alike lies close.</summary>
/// <param name="Object">Always <c>projection</c>.</param>
/// <param name="Collection">The collection; null for texts or vectors of the request.</param>
/// <param name="Model">Id of the model that made the vectors, or null.</param>
/// <param name="Method"><c>umap</c>, <c>tsne</c> or <c>pca</c>.</param>
/// <param name="Dimensions">Numbers in a position.</param>
/// <param name="Seed">Where chance began.</param>
/// <param name="Documents">How many documents match.</param>
/// <param name="Sampled">Whether only some of them are here.</param>
/// <param name="Points">A point for each document or input.</param>
/// <param name="ExplainedVariance">With <c>pca</c>: the share of the variance that each number of a position has.</param>
/// <param name="Quality">How faithful the map is, if that was asked for.</param>
/// <param name="Usage">Tokens read to embed texts.</param>
public sealed record ProjectionResponse(
    string Object,
    string? Collection,
    string? Model,
    string Method,
    int Dimensions,
    int Seed,
    long Documents,
    bool Sampled,
    IReadOnlyList<ProjectedPoint> Points,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<double>? ExplainedVariance,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MapQuality? Quality,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] EmbeddingUsage? Usage);

/// <summary>A point of a map.</summary>
/// <param name="Id">Id of the document; of an input its index.</param>
/// <param name="Position">Where it lies.</param>
/// <param name="Text">What it says.</param>
/// <param name="Metadata">What is known of it.</param>
public sealed record ProjectedPoint(
    string Id,
    IReadOnlyList<float> Position,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RawJson? Metadata);

/// <summary>How faithful a map is to the vectors. Both numbers look at the 15 nearest neighbours of each point.</summary>
/// <param name="Trustworthiness">From 0 to 1: whether neighbours on the map are neighbours among the vectors.</param>
/// <param name="NeighborsKept">The share of the neighbours among the vectors that are neighbours on the map.</param>
public sealed record MapQuality(double Trustworthiness, double NeighborsKept)
{
    internal static MapQuality Of(double trustworthiness, double neighborsKept) =>
        new(Math.Round(trustworthiness, 4), Math.Round(neighborsKept, 4));
}
