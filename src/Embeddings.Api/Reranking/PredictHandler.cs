using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Embeddings.Inference;
using Embeddings.Inference.Encoders;
using Microsoft.Extensions.Options;
using Serilog;

namespace Embeddings.Api.Reranking;

/// <summary>Has texts labelled by a model that has labels of its own.</summary>
internal sealed class PredictHandler(
    ModelRegistry registry, TextEmbedder embedder, IDiagnosticContext diagnostics, IOptions<InputOptions> input,
    IOptions<LimitsOptions> limits)
{
    public async Task<EmbeddedReply<PredictResponse>> HandleAsync(
        PredictRequest request, CancellationToken cancellationToken)
    {
        var texts = request.Input
            ?? throw new InvalidRequestException("'$.input' is invalid: it is required and cannot be null.", "input");
        if (texts.Count == 0 || texts.Count > limits.Value.MaxInputs)
        {
            throw new InvalidRequestException(
                $"Invalid 'input': it has {texts.Count} items; 1 to {limits.Value.MaxInputs} can be labelled at a " +
                "time.",
                "input")
            {
                Fault = texts.Count == 0 ? Fault.NoInputs : Fault.TooManyInputs,
                Amount = new(texts.Count, limits.Value.MaxInputs),
            };
        }

        if (input.Value.EmptyText == EmptyText.Reject && texts.ToList().IndexOf("") is >= 0 and var empty
            && request.Seconds?[empty] is not { Length: > 0 })
        {
            throw new InvalidRequestException(
                $"'$.input[{empty}]' is invalid: an empty string cannot be labelled.", "input")
            { Item = empty, Fault = Fault.EmptyInput };
        }

        var model = registry.ResolveClassifier(request.Model);
        diagnostics.Set("Model", model.Manifest.Id);
        diagnostics.Set("Inputs", texts.Count);
        var options = new EncodingOptions
        {
            Truncation = RerankOptions.TruncationOf(request.Truncate) ?? input.Value.Truncation,
            MaxTotalTokens = limits.Value.MaxTokens,
        };
        var (made, summary) = await embedder.RunAsync(
            model,
            texts.Count,
            model.Scores.PredictAsync(
                [.. texts.Select((text, i) => new TextPair(text, request.Seconds?[i]))], options, request.RawScores ?? false,
                cancellationToken),
            result => (result.TokenCount, result.TruncatedTexts),
            i => $"input[{i}]");
        var data = made.Scores.Select((scores, i) => Describe(i, made.Labels, scores));
        return new(new PredictResponse("list", model.Manifest.Id, [.. data], summary.Usage), summary);
    }

    private static Prediction Describe(int index, IReadOnlyList<string> labels, float[] scores)
    {
        var ranked = labels.Zip(scores, (label, score) => new PredictedLabel(label, score))
            .OrderByDescending(label => label.Score).ToList();
        return new Prediction(index, ranked[0].Label, ranked[0].Score, ranked);
    }
}
