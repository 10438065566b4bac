using Embeddings.Analysis.Classification;
using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Embeddings.Api.Wire;
using Embeddings.Storage;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Classifiers;

/// <summary>Labels with their scores, best first, for each input.</summary>
/// <param name="Method">The word for how they were found.</param>
/// <param name="Rows">One for each input.</param>
/// <param name="Summary">What it took to embed.</param>
internal sealed record ScoredInputs(
    string Method, IReadOnlyList<IReadOnlyList<LabelScore>> Rows, EmbeddingSummary Summary);

/// <summary>Checks a request to classify, and does it.</summary>
internal sealed class ClassifyHandler(
    ModelRegistry registry, ExampleReader reader, Training training, ClassifiersHandler classifiers,
    NeighborVote neighbors, InputVectors vectors, IOptions<LimitsOptions> limits)
{
    // Three times as probable as the others are on average.
    private const float MultiLabelThreshold = 0.75f;

    public async Task<EmbeddedReply<ClassifyResponse>> HandleAsync(
        ClassifyRequest request, CancellationToken cancellationToken)
    {
        var input = request.Input ?? throw new InvalidRequestException(
            "'$.input' is invalid: it is required and cannot be null.", "input");
        CheckInputs(input.Items.Count, "input");
        var top = ContractWords.Number(request.Top, "top", 1, LabeledTexts.MostLabels, 3);
        var isMulti = request.MultiLabel ?? false;
        var threshold = request.Threshold switch
        {
            null => isMulti ? MultiLabelThreshold : 0,
            >= 0 and <= 1 => request.Threshold.Value,
            _ => throw new InvalidRequestException(
                $"Invalid 'threshold': {request.Threshold} is not between 0 and 1.", "threshold"),
        };
        string Location(int i) => input.Location("input", i);
        var scored = ClassifySources.Of(request) switch
        {
            ClassifySource.Classifier => await ByClassifierAsync(
                request.Classifier!, "classifier", input.Items, Location, request.Model, isMulti, cancellationToken),
            ClassifySource.Neighbors => await neighbors.ScoreAsync(request, Location, cancellationToken),
            _ => await ByExamplesAsync(
                LabeledTexts.Of(request.Labels, request.Examples), input.Items, Location, request.Model, isMulti,
                cancellationToken),
        };
        var data = scored.Rows.Select((row, i) => Answer(row, i, top, threshold, isMulti)).ToList();
        return new(
            new ClassifyResponse("list", scored.Summary.Model, scored.Method, data, scored.Summary.Usage),
            scored.Summary);
    }

    /// <summary>Classifies by labels and examples of a request.</summary>
    public async Task<ScoredInputs> ByExamplesAsync(
        LabeledTexts texts, IReadOnlyList<TextOrVector> inputs, Func<int, string> location, string? model, bool isMulti,
        CancellationToken cancellationToken)
    {
        var served = registry.Resolve(model);
        var read = await reader.EmbedAsync(
            texts, served, served.Manifest.Dimensions, ExampleReader.Classification, cancellationToken);
        var rows = await EmbedAsync(
            inputs, location, served, read.Dimensions, read.Prompt, isBegun: true, cancellationToken);
        var trained = await training.TrainAsync(read.Examples, ClassifierTraining.DefaultStrength, cancellationToken);
        return await ScoreAsync(trained.Classifier, rows, read.Summary.And(rows.Summary), isMulti, cancellationToken);
    }

    /// <summary>Classifies by a classifier that is kept.</summary>
    /// <param name="name">Of the classifier.</param>
    /// <param name="field">The request's field that names it.</param>
    /// <param name="inputs">What to classify.</param>
    /// <param name="location">Where the request has an input.</param>
    /// <param name="model">What the request names, or null.</param>
    /// <param name="isMulti">Whether scores are against the mean of the others.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    public async Task<ScoredInputs> ByClassifierAsync(
        string name, string field, IReadOnlyList<TextOrVector> inputs, Func<int, string> location, string? model,
        bool isMulti, CancellationToken cancellationToken)
    {
        var (classifier, description) = await classifiers.LoadAsync(name, field, cancellationToken);
        var served = classifiers.ModelOf(description.Object, model, field);
        var rows = await EmbedAsync(
            inputs, location, served, description.Object.Dimensions, description.PromptOf(served), isBegun: false,
            cancellationToken);
        return await ScoreAsync(classifier, rows, rows.Summary, isMulti, cancellationToken);
    }

    /// <summary>Refuses no input, and too many.</summary>
    public void CheckInputs(int count, string field)
    {
        if (count == 0 || count > limits.Value.MaxInputs)
        {
            throw new InvalidRequestException(
                $"Invalid '{field}': it has {count} items; 1 to {limits.Value.MaxInputs} can be classified at a time.",
                field);
        }
    }

    private Task<InputRows> EmbedAsync(
        IReadOnlyList<TextOrVector> inputs, Func<int, string> location, ServedModel model, int dimensions,
        TextPrompt prompt, bool isBegun, CancellationToken cancellationToken) => vectors.ResolveAsync(
            inputs,
            location,
            () => model,
            (_, _) => prompt,
            dimensions,
            cancellationToken,
            isBegun);

    private static Task<ScoredInputs> ScoreAsync(
        Classifier classifier, InputRows rows, EmbeddingSummary summary, bool isMulti,
        CancellationToken cancellationToken) => ScanPool.RunAsync(
            (double)rows.Rows.Length * rows.Dimensions * classifier.Labels.Count,
            () =>
            {
                var labels = classifier.Labels.Count;
                var probabilities = classifier.Probabilities(rows.Block(0, rows.Rows.Length));
                var scored = probabilities.Chunk(labels).Select(row =>
                {
                    var scores = isMulti ? Classifier.AgainstMean(row) : row;
                    return (IReadOnlyList<LabelScore>)[
                        .. classifier.Labels.Select((label, i) => new LabelScore(label, scores[i]))
                            .OrderByDescending(score => score.Score),
                    ];
                });
                return new ScoredInputs(ClassifiersHandler.NameOf(classifier.Method), [.. scored], summary);
            },
            cancellationToken);

    private static Classification Answer(
        IReadOnlyList<LabelScore> scores, int index, int top, float threshold, bool isMulti) => new(
            index,
            scores.Count > 0 && scores[0].Score >= threshold ? scores[0].Label : null,
            scores.Count > 0 ? scores[0].Score : 0,
            [.. scores.Take(top)],
            isMulti ? [.. scores.TakeWhile(score => score.Score >= threshold).Select(score => score.Label)] : null);
}
