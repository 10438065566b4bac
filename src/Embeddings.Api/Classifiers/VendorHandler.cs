using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Classifiers;

/// <summary>Requests in the shapes of Cohere and of Jina.</summary>
internal sealed class VendorHandler(ClassifyHandler classify, ClassifiersHandler classifiers, TimeProvider time)
{
    private const string SingleLabel = "single-label";

    public async Task<EmbeddedReply<VendorClassifyResponse>> ClassifyAsync(
        VendorClassifyRequest request, CancellationToken cancellationToken)
    {
        if (request.Inputs is null && request.Input is null)
        {
            throw new InvalidRequestException(
                "'$.input' is invalid: it is required: 'inputs' and 'examples' as Cohere has them, or 'input' and " +
                "'labels' or 'classifier_id' as Jina has them.",
                "input");
        }

        if (request.Inputs is not null && request.Input is not null)
        {
            throw new InvalidRequestException(
                "Send either 'inputs', as Cohere has it, or 'input', as Jina has it, but not both.", "inputs");
        }

        return request.Inputs is { } inputs
            ? await AsCohereAsync(request, inputs, cancellationToken)
            : await AsJinaAsync(request, request.Input!, cancellationToken);
    }

    public async Task<EmbeddedReply<TrainResponse>> TrainAsync(
        TrainRequest request, CancellationToken cancellationToken)
    {
        if (request.ClassifierId is { } existing)
        {
            await classifiers.LoadAsync(existing, "classifier_id", cancellationToken);
        }

        var name = request.ClassifierId ?? Guid.CreateVersion7(time.GetUtcNow()).ToString();
        var (_, summary) = await classifiers.AddAsync(name, request.Input, request.Model, "input", cancellationToken);
        return new(new TrainResponse(name, request.Input!.Count, summary.Usage), summary);
    }

    private async Task<EmbeddedReply<VendorClassifyResponse>> AsCohereAsync(
        VendorClassifyRequest request, IReadOnlyList<string> inputs, CancellationToken cancellationToken)
    {
        var scored = await ScoreAsync(
            inputs, "inputs", request.Preset, "preset", null, request.Examples, "examples", request.Model,
            cancellationToken);
        var answers = scored.Rows.Select((row, i) => new CohereClassification(
            Guid.CreateVersion7(time.GetUtcNow()).ToString(),
            inputs[i],
            row[0].Label,
            [row[0].Label],
            row[0].Score,
            [row[0].Score],
            row.OrderBy(score => score.Label, StringComparer.Ordinal)
                .ToDictionary(score => score.Label, score => new CohereConfidence(score.Score)),
            SingleLabel));
        return new(
            new VendorClassifyResponse(
                Id: Guid.CreateVersion7(time.GetUtcNow()).ToString(),
                Classifications: [.. answers],
                Meta: new(new("1"))),
            scored.Summary);
    }

    private async Task<EmbeddedReply<VendorClassifyResponse>> AsJinaAsync(
        VendorClassifyRequest request, IReadOnlyList<TextItem> input, CancellationToken cancellationToken)
    {
        var scored = await ScoreAsync(
            [.. input.Select((text, i) => (text ?? throw Missing($"input[{i}]")).TextAt($"input[{i}]"))], "input", request.ClassifierId,
            "classifier_id", request.Labels, null, "labels", request.Model, cancellationToken);
        var answers = scored.Rows.Select(
            (row, i) => new JinaClassification("classification", i, row[0].Label, row[0].Score, row));
        return new(new VendorClassifyResponse(Usage: scored.Summary.Usage, Data: [.. answers]), scored.Summary);
    }

    private async Task<ScoredInputs> ScoreAsync(
        IReadOnlyList<string> inputs, string inputField, string? classifier, string classifierField,
        IReadOnlyList<LabelInput>? labels, IReadOnlyList<LabeledText>? examples, string sourceField, string? model,
        CancellationToken cancellationToken)
    {
        classify.CheckInputs(inputs.Count, inputField);
        var items = inputs.Select((text, i) => new TextOrVector { Text = text ?? throw Missing($"{inputField}[{i}]") })
            .ToList();
        string Location(int i) => $"{inputField}[{i}]";
        if ((labels ?? (object?)examples) is null)
        {
            return await classify.ByClassifierAsync(
                classifier ?? throw new InvalidRequestException(
                    $"'$.{sourceField}' is invalid: it is required, unless '{classifierField}' names a classifier.",
                    sourceField),
                classifierField, items, Location, model, false, cancellationToken);
        }

        return classifier is null
            ? await classify.ByExamplesAsync(
                LabeledTexts.Of(labels, examples), items, Location, model, false, cancellationToken)
            : throw new InvalidRequestException(
                $"Invalid '{classifierField}': the request has '{sourceField}' too, and is classified by one of them.",
                classifierField);
    }

    private static InvalidRequestException Missing(string location) =>
        new($"'$.{location}' is invalid: it is required and cannot be null.", location.Split('[')[0]);
}
