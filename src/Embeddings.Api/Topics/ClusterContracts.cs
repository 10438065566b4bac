using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Topics;

/// <summary>How rows are to be clustered.</summary>
public abstract record ClusterSettings
{
    /// <summary>
    /// <c>kmeans</c> (the default) makes <c>k</c> clusters; <c>hdbscan</c> finds dense regions, and leaves the rest out;
    /// <c>communities</c> finds groups that are all alike to one of them, as near duplicates are.
    /// </summary>
    /// <example>kmeans</example>
    public string? Method { get; init; }

    /// <summary>With <c>kmeans</c>, which needs it: how many clusters, 2 to 1,000.</summary>
    /// <example>2</example>
    public int? K { get; init; }

    /// <summary>With <c>hdbscan</c> (5 unless said) and <c>communities</c> (2): members of the smallest cluster, at least 2.</summary>
    public int? MinSize { get; init; }

    /// <summary>With <c>communities</c>: the least cosine to the central member; 0.75 unless said.</summary>
    public float? Threshold { get; init; }

    /// <summary>Where chance begins; 42 unless said. The same request gives the same clusters.</summary>
    /// <example>42</example>
    public int? Seed { get; init; }

    /// <summary>
    /// <c>centroids</c>: the mean of each cluster; <c>silhouette</c>: how well the clusters are apart, which takes time
    /// that grows with the square of the rows. Absent: neither.
    /// </summary>
    /// <example>["silhouette"]</example>
    public IReadOnlyList<string>? Include { get; init; }

    /// <summary>
    /// Seconds to wait for the result, 0 to 60; then the reply is a 202 with a job, whose result is what this reply
    /// would have been. Absent: 10.
    /// </summary>
    /// <example>10</example>
    public int? Wait { get; init; }
}

/// <summary>Which documents of a collection are to be clustered, and how.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CollectionClusterRequest : ClusterSettings
{
    /// <summary>Which documents, as in a search. Absent: all.</summary>
    public JsonElement? Filter { get; init; }

    /// <summary>
    /// At most so many documents; of more a sample is taken, the same one each time. Absent: as many as the server
    /// takes at a time (<c>Limits:MaxAnalyzed</c>).
    /// </summary>
    public int? Limit { get; init; }
}

/// <summary>Texts or vectors to cluster, and how.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ClusterRequest : ClusterSettings
{
    /// <summary>Texts and vectors; at least two.</summary>
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

/// <summary>Clusters of what is alike.</summary>
/// <param name="Object">Always <c>clusters</c>.</param>
/// <param name="Collection">The collection; null for texts or vectors of the request.</param>
/// <param name="Model">Id of the model that made the vectors, or null.</param>
/// <param name="Method"><c>kmeans</c>, <c>hdbscan</c> or <c>communities</c>.</param>
/// <param name="Documents">How many documents match, or inputs there were.</param>
/// <param name="Sampled">Whether only some of the documents were clustered.</param>
/// <param name="Clusters">The clusters, the largest first.</param>
/// <param name="Ids">Ids of the documents that were clustered; absent for inputs.</param>
/// <param name="Labels">The cluster of each document or input, in that order; -1 for one that is in none.</param>
/// <param name="Inertia">With <c>kmeans</c>: the sum of all squared distances to the centroids.</param>
/// <param name="Iterations">With <c>kmeans</c>: iterations of the best run.</param>
/// <param name="Silhouette">From -1 to 1: how well the clusters are apart, if that was asked for.</param>
/// <param name="Usage">Tokens read to embed texts.</param>
public sealed record ClustersResponse(
    string Object,
    string? Collection,
    string? Model,
    string Method,
    long Documents,
    bool Sampled,
    IReadOnlyList<ClusterObject> Clusters,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Ids,
    IReadOnlyList<int> Labels,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Inertia,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Iterations,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Silhouette,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] EmbeddingUsage? Usage);

/// <summary>A cluster.</summary>
/// <param name="Id">Its number, from 0.</param>
/// <param name="Size">Its members.</param>
/// <param name="Centroid">The mean of its members' vectors.</param>
public sealed record ClusterObject(
    int Id, int Size,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<float>? Centroid);
