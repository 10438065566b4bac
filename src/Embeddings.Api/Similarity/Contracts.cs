using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Embedding;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Similarity;

/// <summary>
/// What to compare with what: <c>sources</c> with <c>targets</c>, or in Hugging Face's shape a sentence with others, in
/// <c>inputs</c>.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SimilarityRequest
{
    /// <summary>Texts or vectors, or one of them.</summary>
    /// <example>["The cat sits outside"]</example>
    public TextsOrVectors? Sources { get; init; }

    /// <summary>Texts or vectors, or one of them. Absent means: every source with every source.</summary>
    /// <example>["A dog barks loudly", "A kitten plays in the garden"]</example>
    public TextsOrVectors? Targets { get; init; }

    /// <summary><c>cosine</c> (default), <c>dot</c> or <c>euclidean</c> (a distance: 0 is the same).</summary>
    /// <example>cosine</example>
    public string? Metric { get; init; }

    /// <summary>The model that embeds the texts; absent means the default.</summary>
    /// <example>text-embedding-3-small</example>
    public string? Model { get; init; }

    /// <summary>
    /// What the texts are, for models that were trained with prompts (<c>prompts</c> in <c>GET /v1/models</c>):
    /// <c>query</c> or <c>search_query</c>; <c>document</c>, <c>passage</c> or <c>search_document</c>; or another kind,
    /// as <c>classification</c>. The model's own prompt is put before the text; if the model has no prompt of this
    /// kind, nothing is added. Absent: no prompt, unless the model has a default one.
    /// </summary>
    /// <example>query</example>
    public string? InputType { get; init; }

    /// <summary>
    /// The prompt by the name that the model gives it. An unknown name is a 400 that lists the model's names.
    /// </summary>
    /// <example>query</example>
    public string? PromptName { get; init; }

    /// <summary>
    /// Hugging Face's shape, instead of sources and targets; the reply is then the list of cosines alone.
    /// </summary>
    public SentenceSimilarityInputs? Inputs { get; init; }

    /// <summary>Not of the wire: what becomes of texts that are too long.</summary>
    internal TextCut Cut { get; init; }

    /// <summary>Hugging Face's clients send it; it changes nothing here.</summary>
    public JsonElement? Parameters { get; init; }

    /// <summary>Hugging Face's clients send it; it changes nothing here.</summary>
    public JsonElement? Options { get; init; }
}

/// <summary>Hugging Face's sentence-similarity task.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SentenceSimilarityInputs
{
    /// <summary>The sentence to compare.</summary>
    public string? SourceSentence { get; init; }

    /// <summary>What it is compared with.</summary>
    public IReadOnlyList<string>? Sentences { get; init; }
}

/// <summary>A matrix of scores; or, for Hugging Face's shape, the scores alone in a list.</summary>
/// <param name="Scores">A row for each source, in it a number for each target.</param>
/// <param name="Metric"><c>cosine</c>, <c>dot</c> or <c>euclidean</c>.</param>
/// <param name="Model">Id of the model that embedded, or null when there were vectors only.</param>
/// <param name="Usage">Tokens it read.</param>
[JsonConverter(typeof(SimilarityResponseConverter))]
public sealed record SimilarityResponse(
    IReadOnlyList<float[]> Scores, string Metric, string? Model, EmbeddingUsage Usage)
{
    /// <summary>Whether the list of the first source's scores is all that is written.</summary>
    internal bool IsList { get; init; }
}

internal sealed class SimilarityResponseConverter : JsonConverter<SimilarityResponse>
{
    public override SimilarityResponse Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Scores are only written.");

    public override void Write(Utf8JsonWriter writer, SimilarityResponse value, JsonSerializerOptions options)
    {
        if (value.IsList)
        {
            JsonSerializer.Serialize(writer, value.Scores[0], options);
            return;
        }

        writer.WriteStartObject();
        writer.WritePropertyName("scores");
        JsonSerializer.Serialize(writer, value.Scores, options);
        writer.WriteString("metric", value.Metric);
        writer.WriteString("model", value.Model);
        writer.WritePropertyName("usage");
        JsonSerializer.Serialize(writer, value.Usage, options);
        writer.WriteEndObject();
    }
}
