using Embeddings.Api.Errors;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Classifiers;

/// <summary>A text of the request, and where the request has it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Location">As <c>examples[3].text</c>.</param>
internal readonly record struct PlacedText(string Text, string Location)
{
    /// <summary>The text, to be embedded.</summary>
    public TextOrVector Item => new() { Text = Text };
}

/// <summary>The labels and examples of a request, checked.</summary>
internal sealed class LabeledTexts
{
    /// <summary>Labels that a classifier may have.</summary>
    public const int MostLabels = 1000;

    /// <summary>Examples that a classifier may have.</summary>
    public const int MostExamples = 10_000;

    private readonly SortedDictionary<string, PlacedText> _names = new(StringComparer.Ordinal);
    private readonly List<(PlacedText Text, string Label)> _examples = [];

    private LabeledTexts()
    {
    }

    /// <summary>The labels, in ordinal order.</summary>
    public IReadOnlyList<string> Labels => [.. _names.Keys];

    /// <summary>What each label means: its description, or its name in words.</summary>
    public IReadOnlyList<PlacedText> Names => [.. _names.Values];

    /// <summary>The examples.</summary>
    public IReadOnlyList<(PlacedText Text, string Label)> Examples => _examples;

    /// <summary>Checks labels and examples.</summary>
    /// <param name="labels">Labels, or null.</param>
    /// <param name="examples">Examples, or null.</param>
    /// <param name="field">The request's field of the examples.</param>
    /// <param name="leastLabels">Labels that there have to be.</param>
    /// <exception cref="InvalidRequestException">There are too few or too many, or one is wrong.</exception>
    public static LabeledTexts Of(
        IReadOnlyList<LabelInput>? labels, IReadOnlyList<LabeledText>? examples, string field = "examples",
        int leastLabels = 2)
    {
        var texts = new LabeledTexts();
        for (var i = 0; i < labels?.Count; i++)
        {
            texts.Add(labels[i] ?? throw Missing($"labels[{i}]"), $"labels[{i}]");
        }

        for (var i = 0; i < examples?.Count; i++)
        {
            var example = examples[i] ?? throw Missing($"{field}[{i}]");
            texts.Add(
                example.Text ?? throw Missing($"{field}[{i}].text"),
                example.Label ?? throw Missing($"{field}[{i}].label"),
                $"{field}[{i}]");
        }

        CheckCounts(texts._names.Count, texts._examples.Count, labels is null ? field : "labels", field, leastLabels);
        return texts;
    }

    /// <summary>Refuses too few or too many labels or examples.</summary>
    /// <param name="labels">How many there are.</param>
    /// <param name="examples">How many there are.</param>
    /// <param name="labelField">The field at fault if it is the labels.</param>
    /// <param name="exampleField">The field at fault if it is the examples.</param>
    /// <param name="leastLabels">Labels that there have to be.</param>
    public static void CheckCounts(
        int labels, int examples, string labelField, string exampleField, int leastLabels = 2)
    {
        if (labels < leastLabels || labels > MostLabels)
        {
            throw new InvalidRequestException(
                $"Invalid '{labelField}': there {(labels == 1 ? "is 1 label" : $"are {labels} labels")}; a classifier " +
                $"has {leastLabels} to {MostLabels}.",
                labelField);
        }

        if (examples > MostExamples)
        {
            throw new InvalidRequestException(
                $"Invalid '{exampleField}': there are {examples} examples; a classifier has at most {MostExamples}.",
                exampleField);
        }
    }

    private void Add(LabelInput label, string location)
    {
        Check(label.Label, location);
        if (!_names.TryAdd(label.Label, new(label.Description ?? InWords(label.Label), location)))
        {
            throw Invalid(location, $"the label '{label.Label}' is there twice.");
        }

        for (var i = 0; i < label.Examples.Count; i++)
        {
            _examples.Add((new(label.Examples[i], $"{location}.examples[{i}]"), label.Label));
        }
    }

    private void Add(string text, string label, string location)
    {
        Check(label, $"{location}.label");
        _names.TryAdd(label, new(InWords(label), $"{location}.label"));
        _examples.Add((new(text, $"{location}.text"), label));
    }

    private static void Check(string label, string location)
    {
        if (string.IsNullOrWhiteSpace(label))
        {
            throw Invalid(location, "a label cannot be empty.");
        }
    }

    /// <summary>A label as a model reads it best: <c>card_arrival</c> becomes <c>card arrival</c>.</summary>
    public static string InWords(string label) =>
        label.Replace('_', ' ').Replace('-', ' ').Trim() is { Length: > 0 } words ? words : label;

    private static InvalidRequestException Missing(string location) =>
        new($"'$.{location}' is invalid: it is required and cannot be null.", location.Split('[')[0]);

    private static InvalidRequestException Invalid(string location, string problem) =>
        new($"Invalid '{location}': {problem}", location.Split('[')[0]);
}
