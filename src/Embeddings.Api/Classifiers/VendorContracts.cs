using System.Text.Json.Serialization;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Classifiers;

/// <summary>
/// What to classify, in Cohere's shape (<c>inputs</c> and <c>examples</c>) or in Jina's (<c>input</c> and
/// <c>labels</c> or <c>classifier_id</c>).
/// </summary>
public sealed record VendorClassifyRequest
{
    /// <summary>Cohere: the texts.</summary>
    public IReadOnlyList<string>? Inputs { get; init; }

    /// <summary>Cohere: texts with their labels.</summary>
    public IReadOnlyList<LabeledText>? Examples { get; init; }

    /// <summary>Cohere: name of a classifier that is kept, in place of examples.</summary>
    public string? Preset { get; init; }

    /// <summary>Jina: the texts.</summary>
    public IReadOnlyList<TextItem>? Input { get; init; }

    /// <summary>Jina: the labels.</summary>
    public IReadOnlyList<LabelInput>? Labels { get; init; }

    /// <summary>Jina: name of a classifier that is kept, in place of labels.</summary>
    public string? ClassifierId { get; init; }

    /// <summary>The model that embeds; absent means the classifier's, or the default.</summary>
    public string? Model { get; init; }
}

/// <summary>Labels in Cohere's shape or in Jina's, as the request.</summary>
/// <param name="Id">Cohere: of the reply.</param>
/// <param name="Classifications">Cohere: one for each input.</param>
/// <param name="Meta">Cohere: the version of its API.</param>
/// <param name="Usage">Jina: tokens read.</param>
/// <param name="Data">Jina: one for each input.</param>
public sealed record VendorClassifyResponse(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Id = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    IReadOnlyList<CohereClassification>? Classifications = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CohereMeta? Meta = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] EmbeddingUsage? Usage = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    IReadOnlyList<JinaClassification>? Data = null);

/// <summary>Cohere's answer for an input.</summary>
/// <param name="Id">Of the answer.</param>
/// <param name="Input">The text.</param>
/// <param name="Prediction">The best label.</param>
/// <param name="Predictions">The same in a list.</param>
/// <param name="Confidence">Its probability.</param>
/// <param name="Confidences">The same in a list.</param>
/// <param name="Labels">Every label with its probability.</param>
/// <param name="ClassificationType">Always <c>single-label</c>.</param>
public sealed record CohereClassification(
    string Id, string Input, string Prediction, IReadOnlyList<string> Predictions, float Confidence,
    IReadOnlyList<float> Confidences, IReadOnlyDictionary<string, CohereConfidence> Labels, string ClassificationType);

/// <summary>How probable a label is.</summary>
/// <param name="Confidence">0 to 1.</param>
public sealed record CohereConfidence(float Confidence);

/// <summary>What Cohere tells beside an answer.</summary>
/// <param name="ApiVersion">The version of its API.</param>
public sealed record CohereMeta(CohereApiVersion ApiVersion);

/// <summary>Jina's answer for an input.</summary>
/// <param name="Object">Always <c>classification</c>.</param>
/// <param name="Index">Which input, from 0.</param>
/// <param name="Prediction">The best label.</param>
/// <param name="Score">Its probability.</param>
/// <param name="Predictions">Every label with its probability, best first.</param>
public sealed record JinaClassification(
    string Object, int Index, string Prediction, float Score, IReadOnlyList<LabelScore> Predictions);

/// <summary>Examples for a new classifier, or for one that is kept, in Jina's shape.</summary>
public sealed record TrainRequest
{
    /// <summary>The model that embeds; absent means the classifier's, or the default.</summary>
    public string? Model { get; init; }

    /// <summary>Name of a classifier that is kept, to which the examples are added; absent means a new one.</summary>
    public string? ClassifierId { get; init; }

    /// <summary>Texts with their labels.</summary>
    public IReadOnlyList<LabeledText>? Input { get; init; }
}

/// <summary>A classifier that has learned.</summary>
/// <param name="ClassifierId">Its name.</param>
/// <param name="NumSamples">Examples of this request.</param>
/// <param name="Usage">Tokens read.</param>
public sealed record TrainResponse(string ClassifierId, int NumSamples, EmbeddingUsage Usage);

/// <summary>A classifier that is kept, in Jina's shape.</summary>
/// <param name="ClassifierId">Its name.</param>
/// <param name="ModelName">Id of its model.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Access">Always <c>private</c>.</param>
/// <param name="CreatedAt">When it was made, in Unix seconds.</param>
public sealed record JinaClassifier(
    string ClassifierId, string ModelName, IReadOnlyList<string> Labels, string Access, long CreatedAt)
{
    internal static JinaClassifier Of(ClassifierObject classifier) => new(
        classifier.Name, classifier.Model, [.. classifier.Labels.Select(label => label.Label)], "private",
        classifier.Created);
}

/// <summary>A classifier that was deleted, in Jina's shape.</summary>
/// <param name="ClassifierId">Its name.</param>
public sealed record JinaDeletedClassifier(string ClassifierId);
