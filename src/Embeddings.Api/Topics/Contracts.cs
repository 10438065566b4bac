using System.Text.Json;
using System.Text.Json.Serialization;

namespace Embeddings.Api.Topics;

/// <summary>Which documents of a collection are to be sorted into topics, and how.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record TopicsRequest
{
    /// <summary>How many topics, 2 to 1,000. Absent: as many as there are.</summary>
    /// <example>3</example>
    public int? Count { get; init; }

    /// <summary>
    /// Documents that make a topic, at least 2. Absent: a number that grows with that of the documents. Not with
    /// <c>count</c>.
    /// </summary>
    public int? MinSize { get; init; }

    /// <summary>Where chance begins; 42 unless said. The same request gives the same topics.</summary>
    /// <example>42</example>
    public int? Seed { get; init; }

    /// <summary>Which documents, as in a search. Absent: all.</summary>
    public JsonElement? Filter { get; init; }

    /// <summary>
    /// At most so many documents; of more a sample is taken, the same one each time. Absent: as many as the server
    /// takes at a time (<c>Limits:MaxAnalyzed</c>).
    /// </summary>
    public int? Limit { get; init; }

    /// <summary>Words that describe a topic, 1 to 50; 8 unless said.</summary>
    /// <example>5</example>
    public int? Words { get; init; }

    /// <summary>Typical documents of each topic, 0 to 50; 3 unless said.</summary>
    /// <example>1</example>
    public int? Examples { get; init; }

    /// <summary>
    /// What becomes of documents that lie between the topics: <c>nearest</c> (the default) gives them to the nearest
    /// topic and marks them, <c>keep</c> leaves them in topic -1.
    /// </summary>
    /// <example>nearest</example>
    public string? Outliers { get; init; }

    /// <summary>
    /// A field of the metadata that gets the label of each document's topic, so that filters and <c>group_by</c> can
    /// use it. Absent: nothing is written.
    /// </summary>
    /// <example>topic</example>
    public string? Write { get; init; }

    /// <summary><c>assignments</c>: the topic of each document. Absent: the topics alone.</summary>
    /// <example>["assignments"]</example>
    public IReadOnlyList<string>? Include { get; init; }

    /// <summary>
    /// Seconds to wait for the result, 0 to 60; then the reply is a 202 with a job, whose result is what this reply
    /// would have been. Absent: 10.
    /// </summary>
    /// <example>10</example>
    public int? Wait { get; init; }
}

/// <summary>What a collection is about.</summary>
/// <param name="Object">Always <c>topics</c>.</param>
/// <param name="Collection">The collection.</param>
/// <param name="Model">Id of the model that made the vectors, or null.</param>
/// <param name="Method"><c>umap+density</c>, or <c>umap+kmeans</c> with <c>count</c>.</param>
/// <param name="Seed">Where chance began.</param>
/// <param name="Documents">How many documents match.</param>
/// <param name="Sampled">Whether only some of them were looked at.</param>
/// <param name="Outliers">How many of the documents lie between the topics.</param>
/// <param name="Silhouette">From -1 to 1: how well the topics are apart; null with one topic.</param>
/// <param name="Topics">The topics, the largest first.</param>
/// <param name="Assignments">The topic of each document, if that was asked for.</param>
/// <param name="Written">In how many documents the field was set.</param>
public sealed record TopicsResponse(
    string Object,
    string Collection,
    string? Model,
    string Method,
    int Seed,
    long Documents,
    bool Sampled,
    int Outliers,
    double? Silhouette,
    IReadOnlyList<TopicObject> Topics,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<TopicAssignment>? Assignments,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Written);

/// <summary>A topic.</summary>
/// <param name="Id">Its number, from 0.</param>
/// <param name="Label">Its first words.</param>
/// <param name="Words">The words that its texts have and others have not, the most telling first.</param>
/// <param name="Size">How many documents it has, outliers included.</param>
/// <param name="Examples">Its most typical documents.</param>
public sealed record TopicObject(
    int Id, string Label, IReadOnlyList<TopicWord> Words, int Size, IReadOnlyList<TopicExample> Examples);

/// <summary>A word of a topic.</summary>
/// <param name="Word">The word.</param>
/// <param name="Weight">How telling it is: class-based TF-IDF.</param>
public sealed record TopicWord(string Word, double Weight);

/// <summary>A typical document.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">What it says.</param>
public sealed record TopicExample(string Id, string? Text);

/// <summary>The topic of a document.</summary>
/// <param name="Id">Id of the document.</param>
/// <param name="Topic">Its topic; -1 for an outlier that was kept.</param>
/// <param name="Strength">How much it belongs there, from 0 to 1.</param>
/// <param name="Outlier">Whether it lies between the topics.</param>
public sealed record TopicAssignment(
    string Id, int Topic, float Strength,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Outlier);
