using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Classifiers;

/// <summary>
/// What to classify, and by what: labels, examples or both; a classifier that is kept; or the nearest documents of a
/// collection.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ClassifyRequest
{
    /// <summary>Texts or vectors, or one of them.</summary>
    /// <example>["Where is my parcel?"]</example>
    public TextsOrVectors? Input { get; init; }

    /// <summary>
    /// 2 to 1,000 labels: names, or objects with <c>label</c>, <c>description</c> and <c>examples</c>.
    /// </summary>
    /// <example>["refund", "delivery"]</example>
    public IReadOnlyList<LabelInput>? Labels { get; init; }

    /// <summary>At most 10,000 texts with their labels; one for each label is enough.</summary>
    public IReadOnlyList<LabeledText>? Examples { get; init; }

    /// <summary>Name of a classifier that is kept.</summary>
    /// <example>topics</example>
    public string? Classifier { get; init; }

    /// <summary>Name of a collection, whose nearest documents vote.</summary>
    /// <example>articles</example>
    public string? Collection { get; init; }

    /// <summary>The metadata field of the collection's documents that has their label.</summary>
    /// <example>topic</example>
    public string? Field { get; init; }

    /// <summary>Documents that vote, 1 to 1,000; absent means 10.</summary>
    /// <example>10</example>
    public int? K { get; init; }

    /// <summary>Which documents may vote, as in a search.</summary>
    public JsonElement? Filter { get; init; }

    /// <summary>
    /// The model that embeds; it must be the classifier's or the collection's. Absent means theirs, or the default.
    /// </summary>
    /// <example>text-embedding-3-small</example>
    public string? Model { get; init; }

    /// <summary>Labels to return for each input, best first, 1 to 1,000; absent means 3.</summary>
    /// <example>3</example>
    public int? Top { get; init; }

    /// <summary>
    /// A label with a smaller score is not given: the answer is null if the best has less. Absent means 0, and 0.75
    /// with <c>multi_label</c>.
    /// </summary>
    /// <example>0.5</example>
    public float? Threshold { get; init; }

    /// <summary>
    /// Whether a text may have several labels. A score then compares the label with the geometric mean of the others
    /// and not with their sum: 0.5 is as probable as the others.
    /// </summary>
    /// <example>false</example>
    public bool? MultiLabel { get; init; }
}

/// <summary>A text that has a label.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LabeledText
{
    /// <summary>The text.</summary>
    /// <example>Where is my parcel?</example>
    public string? Text { get; init; }

    /// <summary>Its label.</summary>
    /// <example>delivery</example>
    public string? Label { get; init; }
}

/// <summary>The labels of texts.</summary>
/// <param name="Object">Always <c>list</c>.</param>
/// <param name="Model">Id of the model that embedded; null if there were vectors only.</param>
/// <param name="Method"><c>names</c>, <c>logistic</c> or <c>neighbors</c>.</param>
/// <param name="Data">An answer for each input.</param>
/// <param name="Usage">Tokens read, those of labels and examples of the request too.</param>
public sealed record ClassifyResponse(
    string Object, string? Model, string Method, IReadOnlyList<Classification> Data, EmbeddingUsage Usage);

/// <summary>The label of a text.</summary>
/// <param name="Index">Which input, from 0.</param>
/// <param name="Label">The best label; null if it does not reach the threshold.</param>
/// <param name="Score">Of the best label, 0 to 1.</param>
/// <param name="Scores">The best labels, best first.</param>
/// <param name="Labels">With <c>multi_label</c>: all labels that reach the threshold, best first.</param>
public sealed record Classification(
    int Index, string? Label, float Score, IReadOnlyList<LabelScore> Scores,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Labels = null);

/// <summary>A label and its score.</summary>
/// <param name="Label">The label.</param>
/// <param name="Score">
/// Its probability; with <c>multi_label</c> against the mean of the others; of neighbours their part of the votes.
/// </param>
public sealed record LabelScore(string Label, float Score);

/// <summary>What a classifier is made from: labels, examples or both; or the documents of a collection.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ClassifierRequest
{
    /// <summary>
    /// 2 to 1,000 labels: names, or objects with <c>label</c>, <c>description</c> and <c>examples</c>.
    /// </summary>
    public IReadOnlyList<LabelInput>? Labels { get; init; }

    /// <summary>At most 10,000 texts with their labels.</summary>
    public IReadOnlyList<LabeledText>? Examples { get; init; }

    /// <summary>Name of a collection, whose documents are the examples. Their vectors are used as they are.</summary>
    /// <example>articles</example>
    public string? Collection { get; init; }

    /// <summary>The metadata field of the documents that has their label; those without it are passed over.</summary>
    /// <example>topic</example>
    public string? Field { get; init; }

    /// <summary>Which documents are examples, as in a search.</summary>
    public JsonElement? Filter { get; init; }

    /// <summary>
    /// C of the logistic regression, 0.001 to 100,000: larger fits the examples closer. Absent means 10.
    /// </summary>
    /// <example>10</example>
    public float? Regularization { get; init; }

    /// <summary>The model that embeds; absent means the collection's, or the default.</summary>
    /// <example>text-embedding-3-small</example>
    public string? Model { get; init; }
}

/// <summary>Examples to add.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AddExamplesRequest
{
    /// <summary>Texts with their labels, which may be new ones; with those before at most 10,000.</summary>
    public IReadOnlyList<LabeledText>? Examples { get; init; }

    /// <summary>The model that embeds; it must be the classifier's.</summary>
    /// <example>text-embedding-3-small</example>
    public string? Model { get; init; }
}

/// <summary>A classifier that is kept.</summary>
/// <param name="Object">Always <c>classifier</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Model">Id of the model whose vectors it judges.</param>
/// <param name="Dimensions">Numbers in such a vector.</param>
/// <param name="Method"><c>names</c> (of labels alone) or <c>logistic</c> (regression).</param>
/// <param name="InputType">What texts are for the model: <c>classification</c>, or <c>document</c> if it is made from a
/// collection.</param>
/// <param name="Regularization">C.</param>
/// <param name="Examples">How many it was made from.</param>
/// <param name="Accuracy">How good it is; null if there are fewer than two examples a label on average.</param>
/// <param name="Labels">The labels.</param>
/// <param name="Confusions">The most frequent mistakes.</param>
/// <param name="Digest">SHA-256 of the classifier: the same examples give the same.</param>
/// <param name="Created">When it was made, in Unix seconds.</param>
public sealed record ClassifierObject(
    string Object, string Name, string Model, int Dimensions, string Method, string InputType, float Regularization,
    int Examples, ClassifierAccuracy? Accuracy, IReadOnlyList<ClassifierLabel> Labels,
    IReadOnlyList<ClassifierConfusion> Confusions, string Digest, long Created);

/// <summary>How good a classifier is at examples that it has not seen.</summary>
/// <param name="CrossValidated">Part of the examples that got their label from a model made without them.</param>
/// <param name="Folds">Parts that the examples were dealt into for this.</param>
/// <param name="CalibrationError">Mean distance between a score and how often such answers are right.</param>
/// <param name="Threshold">
/// The score that 95 of 100 right answers reach. Sent as <c>threshold</c>, it makes null of most texts that have none
/// of the labels.
/// </param>
public sealed record ClassifierAccuracy(double CrossValidated, int Folds, double CalibrationError, double Threshold);

/// <summary>A label of a classifier.</summary>
/// <param name="Label">The label.</param>
/// <param name="Examples">How many have it.</param>
/// <param name="Precision">Part of those that got it that have it; null if not known.</param>
/// <param name="Recall">Part of those that have it that got it; null if not known.</param>
public sealed record ClassifierLabel(string Label, int Examples, double? Precision, double? Recall);

/// <summary>A mistake of a classifier.</summary>
/// <param name="Label">The label that examples have.</param>
/// <param name="Answer">The one that they got.</param>
/// <param name="Count">How many.</param>
public sealed record ClassifierConfusion(string Label, string Answer, int Count);

/// <summary>The classifiers, by name.</summary>
/// <param name="Object">Always <c>list</c>.</param>
/// <param name="Data">The classifiers.</param>
public sealed record ClassifierList(string Object, IReadOnlyList<ClassifierObject> Data);

/// <summary>A classifier that was deleted.</summary>
/// <param name="Object">Always <c>classifier.deleted</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Deleted">Always true.</param>
public sealed record DeletedClassifier(string Object, string Name, bool Deleted);
