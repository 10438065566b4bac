using System.Text.Json.Serialization;
using Embeddings.Api.Wire;
using Embeddings.Storage;

namespace Embeddings.Api.Collections;

/// <summary>
/// The settings of a collection. With dimensions and no model it takes only your own vectors. With neither it has the
/// default model.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CollectionRequest
{
    /// <summary>Id, short name or alias of the model whose vectors it holds.</summary>
    /// <example>text-embedding-3-small</example>
    public string? Model { get; init; }

    /// <summary>Numbers in a vector; with a model at most the model's own.</summary>
    /// <example>384</example>
    public int? Dimensions { get; init; }

    /// <summary>
    /// <c>cosine</c>, <c>dot</c> or <c>euclidean</c>; absent means the model's metric, nearly always cosine.
    /// </summary>
    /// <example>cosine</example>
    public string? Metric { get; init; }
}

/// <summary>A collection.</summary>
/// <param name="Object">Always <c>collection</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Model">Id of the model whose vectors it holds, or null for your own.</param>
/// <param name="Dimensions">Numbers in a vector.</param>
/// <param name="Metric"><c>cosine</c>, <c>dot</c> or <c>euclidean</c>.</param>
/// <param name="Created">When it was made, in Unix seconds.</param>
/// <param name="Documents">Documents in it.</param>
/// <param name="MemoryBytes">Bytes of memory that its vectors, ids and filterable metadata take, about.</param>
/// <param name="DiskBytes">Bytes that its documents take on disk, about; absent while it is not loaded.</param>
/// <param name="Problem">Why it can be neither searched nor written; absent if it can.</param>
/// <param name="Reembedding">Its move to another model, while one runs or if the last one failed since the server
/// started; otherwise absent.</param>
public sealed record CollectionObject(
    string Object, string Name, string? Model, int Dimensions, string Metric, long Created, long Documents,
    long MemoryBytes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? DiskBytes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Problem,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ReembeddingObject? Reembedding)
{
    internal static CollectionObject Of(CollectionInfo info, CollectionStatus status, ReembeddingObject? reembedding)
    {
        var settings = info.Settings;
        return new(
            "collection", info.Name, settings.Model, settings.Dimensions, ContractWords.NameOf(settings.Metric),
            info.Created.ToUnixTimeSeconds(),
            status.Documents, status.MemoryBytes, status.DiskBytes, status.Problem, reembedding);
    }
}

/// <summary>The model that a collection moves to.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReembedRequest
{
    /// <summary>Id, short name or alias of the model that embeds the texts of the documents.</summary>
    /// <example>text-embedding-3-small</example>
    public string? Model { get; init; }

    /// <summary>Numbers in a new vector, at most the model's own; absent means the model's own.</summary>
    /// <example>384</example>
    public int? Dimensions { get; init; }

    /// <summary>Whether documents without a text are deleted; otherwise they make the move fail.</summary>
    /// <example>false</example>
    public bool? Drop { get; init; }
}

/// <summary>A collection's move to another model.</summary>
/// <param name="Status"><c>running</c> or <c>failed</c>.</param>
/// <param name="Model">Id of the model that it moves to.</param>
/// <param name="Dimensions">Numbers in a new vector.</param>
/// <param name="Done">Documents done.</param>
/// <param name="Of">Documents in all; the number changes with writes.</param>
/// <param name="Error">Why it failed; null while it runs.</param>
public sealed record ReembeddingObject(string Status, string Model, int Dimensions, long Done, long Of, string? Error);

/// <summary>The collections, by name.</summary>
/// <param name="Object">Always <c>list</c>.</param>
/// <param name="Data">The collections.</param>
public sealed record CollectionList(string Object, IReadOnlyList<CollectionObject> Data);

/// <summary>Documents to add, or to replace those that have their ids: all of them or none.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record UpsertRequest
{
    /// <summary>At most 10,000. If an id occurs twice, the last document is stored.</summary>
    public IReadOnlyList<DocumentInput>? Documents { get; init; }

    /// <summary>
    /// The model that embeds the texts, and that made the vectors in the request; it must be the collection's. Absent
    /// means the collection's.
    /// </summary>
    /// <example>text-embedding-3-small</example>
    public string? Model { get; init; }
}

/// <summary>The stored documents: they are on disk, and every search from now on finds them.</summary>
/// <param name="Object">Always <c>list</c>.</param>
/// <param name="Collection">Name of the collection.</param>
/// <param name="Ids">Ids of the documents, in their order, with those that the server made.</param>
/// <param name="Model">Id of the collection's model, or null.</param>
/// <param name="Usage">Tokens read to embed the texts.</param>
public sealed record UpsertResponse(
    string Object, string Collection, IReadOnlyList<string> Ids, string? Model, EmbeddingUsage Usage);

/// <summary>A document, with the parts that were asked for and that it has.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">The document's text.</param>
/// <param name="Metadata">The document's metadata, as they were sent.</param>
/// <param name="Vector">The vector that searches compare.</param>
public sealed record DocumentObject(
    string Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RawJson? Metadata,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] EmbeddingVector? Vector)
{
    internal static DocumentObject Of(Document document) =>
        new(document.Id, document.Text, ContractWords.RawOf(document), ContractWords.VectorOf(document));
}

/// <summary>A page of documents.</summary>
/// <param name="Object">Always <c>list</c>.</param>
/// <param name="Data">The documents, in an order that does not change.</param>
/// <param name="Next">What to send as <c>after</c> for the next page; null after the last.</param>
public sealed record DocumentList(string Object, IReadOnlyList<DocumentObject> Data, long? Next);

/// <summary>
/// The documents to list: those with these ids, or those that match the filter; all of them without either.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ListRequest
{
    /// <summary>Ids; unknown ids are left out of the reply.</summary>
    [JsonConverter(typeof(IdListConverter))]
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>As in a search: <c>{"year": {"$gte": 2020}}</c>.</summary>
    /// <example>{ "animal": "cat" }</example>
    public System.Text.Json.JsonElement? Filter { get; init; }

    /// <summary>Most documents of a page, 1 to 10,000; absent means 100.</summary>
    /// <example>100</example>
    public int? Limit { get; init; }

    /// <summary><c>next</c> of the page before.</summary>
    public long? After { get; init; }

    /// <summary>Which parts: <c>text</c>, <c>metadata</c>, <c>vector</c>. Absent means text and metadata.</summary>
    /// <example>["text", "metadata"]</example>
    public IReadOnlyList<string>? Include { get; init; }
}

/// <summary>The documents to delete or to count: those with these ids, or those that match the filter.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DeleteRequest
{
    /// <summary>Ids; unknown ids are ignored.</summary>
    /// <example>["kitten"]</example>
    [JsonConverter(typeof(IdListConverter))]
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>As in a search: <c>{"year": {"$lt": 2000}}</c>; <c>{}</c> means all.</summary>
    public System.Text.Json.JsonElement? Filter { get; init; }
}

/// <summary>Which documents to count.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CountRequest
{
    /// <summary>As in a search; absent means all.</summary>
    /// <example>{ "animal": "cat" }</example>
    public System.Text.Json.JsonElement? Filter { get; init; }
}

/// <summary>Number of documents.</summary>
/// <param name="Count">Documents.</param>
public sealed record CountResponse(long Count);
