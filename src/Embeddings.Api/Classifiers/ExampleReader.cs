using System.Text.Json;
using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Retrieval;
using Embeddings.Storage;
using Embeddings.Storage.Filtering;

namespace Embeddings.Api.Classifiers;

/// <summary>Examples, and what they are the examples of.</summary>
/// <param name="Examples">With their vectors.</param>
/// <param name="Model">The model of the vectors.</param>
/// <param name="Dimensions">Numbers in a vector.</param>
/// <param name="InputType">What the texts are for the model.</param>
/// <param name="Prompt">What was put before them.</param>
/// <param name="Summary">What it took to embed.</param>
internal sealed record ReadExamples(
    ExampleVectors Examples, ServedModel Model, int Dimensions, string InputType, TextPrompt Prompt,
    EmbeddingSummary Summary);

/// <summary>Makes vectors of texts with labels, or takes those of a collection's documents.</summary>
internal sealed class ExampleReader(InputVectors vectors, CollectionStore collections, CollectionModels models)
{
    /// <summary>What texts are that are classified.</summary>
    public const string Classification = "classification";

    /// <summary>What documents of a collection are, and therefore the texts that are compared with them.</summary>
    public const string Document = "document";

    /// <summary>The prompt of texts of a type.</summary>
    public static TextPrompt PromptOf(ServedModel model, string inputType) => inputType == Document
        ? Prompts.Document(model.Manifest)
        : Prompts.Asked(model.Manifest, null, inputType);

    /// <summary>Embeds labels and examples with the prompt that their type has.</summary>
    public Task<ReadExamples> EmbedAsync(
        LabeledTexts texts, ServedModel model, int dimensions, string inputType,
        CancellationToken cancellationToken) =>
        EmbedAsync(texts, model, dimensions, inputType, PromptOf(model, inputType), cancellationToken);

    /// <summary>Embeds labels and examples.</summary>
    public async Task<ReadExamples> EmbedAsync(
        LabeledTexts texts, ServedModel model, int dimensions, string inputType, TextPrompt prompt,
        CancellationToken cancellationToken)
    {
        PlacedText[] placed = [.. texts.Names, .. texts.Examples.Select(example => example.Text)];
        var rows = await vectors.ResolveAsync(
            [.. placed.Select(text => text.Item)],
            i => placed[i].Location,
            () => model,
            (_, _) => prompt,
            dimensions,
            cancellationToken);
        string[] labels = [.. texts.Labels];
        var examples = new ExampleVectors(
            labels,
            rows.Block(0, labels.Length),
            [.. texts.Examples.Select(example => example.Text.Text)],
            [.. texts.Examples.Select(example => Array.BinarySearch(labels, example.Label, StringComparer.Ordinal))],
            rows.Block(labels.Length, texts.Examples.Count));
        return new(examples, model, dimensions, inputType, prompt, rows.Summary);
    }

    /// <summary>Reads the documents of a collection, and embeds the values of the field, which are the labels.</summary>
    public Task<ReadExamples> ReadAsync(
        string name, string field, JsonElement? filter, string? model, CancellationToken cancellationToken)
    {
        var parsed = filter is { } element ? FilterParser.Parse(element) : null;
        return collections.OnAsync(name, collection => ReadAsync(collection, field, parsed, model, cancellationToken));
    }

    private async Task<ReadExamples> ReadAsync(
        IDocumentCollection collection, string field, Filter? filter, string? model,
        CancellationToken cancellationToken)
    {
        var (name, settings) = (collection.Info.Name, collection.Info.Settings);
        models.Check(name, settings, model);
        var served = models.ModelOf(name, settings);
        var found = new List<(string Label, ReadOnlyMemory<float> Vector)>();
        await foreach (var document in collection.ReadAllAsync(
            DocumentParts.Metadata | DocumentParts.Vector, cancellationToken))
        {
            var fields = document.Metadata?.Fields ?? MetadataFields.None;
            if (filter?.Matches(fields) != false)
            {
                found.AddRange(LabelsOf(fields, field).Select(label => (label, document.Vector)));
            }

            if (found.Count > LabeledTexts.MostExamples)
            {
                throw new InvalidRequestException(
                    $"Invalid 'filter': more than {LabeledTexts.MostExamples} documents of collection '{name}' have " +
                    $"a label, which a classifier has at most. A filter chooses some.",
                    "filter");
            }
        }

        string[] labels = [.. found.Select(example => example.Label).Distinct().Order(StringComparer.Ordinal)];
        LabeledTexts.CheckCounts(labels.Length, found.Count, "field", "filter");
        var prompt = CollectionModels.DocumentPrompt(settings, served.Manifest);
        var names = await vectors.ResolveAsync(
            [.. labels.Select(label => new PlacedText(LabeledTexts.InWords(label), "field").Item)],
            _ => "field",
            () => served,
            (_, _) => prompt,
            settings.Dimensions,
            cancellationToken);
        var rows = new float[found.Count * settings.Dimensions];
        for (var i = 0; i < found.Count; i++)
        {
            found[i].Vector.Span.CopyTo(rows.AsSpan(i * settings.Dimensions));
        }

        var examples = new ExampleVectors(
            labels,
            names.Block(0, labels.Length),
            [.. found.Select(_ => "")],
            [.. found.Select(example => Array.BinarySearch(labels, example.Label, StringComparer.Ordinal))],
            rows);
        return new(examples, served, settings.Dimensions, Document, prompt, names.Summary);
    }

    /// <summary>The labels of a document: the value of a field, or the items of a list.</summary>
    public static IEnumerable<string> LabelsOf(MetadataFields fields, string field) =>
        !fields.TryGet(field, out var value) ? []
            : (value.Items ?? [value]).Select(item => item.ToString())
                .Where(label => !string.IsNullOrWhiteSpace(label)).Distinct();
}
