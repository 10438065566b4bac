using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Embeddings.Api.Wire;
using Embeddings.Storage;
using Embeddings.Vectors;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Similarity;

/// <summary>Checks a comparison, embeds what is text in it, and scores each source with each target.</summary>
internal sealed class SimilarityHandler(
    ModelRegistry registry, InputVectors vectors, SearchLimiter limiter, IOptions<LimitsOptions> limits)
{
    public async Task<EmbeddedReply<SimilarityResponse>> HandleAsync(
        SimilarityRequest request, CancellationToken cancellationToken)
    {
        var pair = Pair.Of(request);
        Check(pair.Sources, pair.SourceField, limits.Value.MaxInputs);
        Check(pair.Targets, pair.TargetField, limits.Value.MaxInputs);
        CheckPairs(pair, limits.Value.MaxPairs);
        var metric = ContractWords.MetricOf(request.Metric);
        var sources = pair.Sources.Items.Count;
        var rows = await vectors.ResolveAsync(
            pair.IsSquare ? pair.Sources.Items : [.. pair.Sources.Items, .. pair.Targets.Items],
            i =>
                i < sources
                    ? pair.Sources.Location(pair.SourceField, i)
                    : pair.Targets.Location(pair.TargetField, i - sources),
            () => registry.Resolve(request.Model),
            (model, _) => Prompts.Asked(model, request.PromptName, request.InputType),
            null,
            cancellationToken,
            cut: request.Cut);
        using var permit = await limiter.EnterAsync(cancellationToken);
        var scores = await ScanPool.RunAsync(
            (double)sources * pair.Targets.Items.Count * rows.Dimensions,
            () => Scores(metric, rows, sources, pair.IsSquare ? 0 : sources),
            cancellationToken);
        var body = new SimilarityResponse(scores, ContractWords.NameOf(metric), rows.Summary.Model, rows.Summary.Usage)
        {
            IsList = request.Inputs is not null,
        };
        return new(body, rows.Summary);
    }

    private static List<float[]> Scores(Metric metric, InputRows rows, int sources, int firstTarget)
    {
        var targets = rows.Rows.Length - firstTarget;
        var matrix = new float[sources * targets];
        VectorMath.ScoreMatrix(
            metric, rows.Block(0, sources), rows.Block(firstTarget, targets), rows.Dimensions, matrix);

        return [.. matrix.Chunk(targets)];
    }

    private static void Check(TextsOrVectors inputs, string field, int most)
    {
        if (inputs.Items.Count == 0 || inputs.Items.Count > most)
        {
            throw new InvalidRequestException(
                $"Invalid '{field}': it has {inputs.Items.Count} items; 1 to {most} can be compared at a time.",
                field.Split('.')[0])
            {
                Fault = inputs.Items.Count == 0 ? Fault.NoInputs : Fault.TooManyInputs,
                Amount = new(inputs.Items.Count, most),
                At = field,
            };
        }
    }

    private static void CheckPairs(Pair pair, int most)
    {
        var (sources, targets) = (pair.Sources.Items.Count, pair.Targets.Items.Count);
        var pairs = (long)sources * targets;
        if (pairs > most)
        {
            var field = pair.IsSquare ? pair.SourceField : pair.TargetField;
            throw new InvalidRequestException(
                $"Invalid '{field}': {sources} sources and {targets} targets are {pairs} pairs; {most} can be " +
                "compared at a time.",
                field.Split('.')[0]);
        }
    }

    // Both shapes of the request in one form.
    private sealed record Pair(
        TextsOrVectors Sources, string SourceField, TextsOrVectors Targets, string TargetField, bool IsSquare)
    {
        public static Pair Of(SimilarityRequest request)
        {
            if (request.Inputs is { } inputs)
            {
                if (request.Sources is not null || request.Targets is not null)
                {
                    throw new InvalidRequestException(
                        "Send either 'sources' and 'targets', or 'inputs' in Hugging Face's shape, but not both.",
                        "inputs");
                }

                var source = inputs.SourceSentence ?? throw Missing("inputs.source_sentence");
                var sentences = inputs.Sentences ?? throw Missing("inputs.sentences");
                return new Pair(
                    Texts([source], isList: false),
                    "inputs.source_sentence",
                    Texts(sentences, isList: true),
                    "inputs.sentences",
                    false);
            }

            var sources = request.Sources ?? throw Missing("sources");
            return new Pair(sources, "sources", request.Targets ?? sources, "targets", request.Targets is null);
        }

        private static TextsOrVectors Texts(IReadOnlyList<string> texts, bool isList) => new()
        {
            Items =
                [.. texts.Select((text, i) => new TextOrVector { Text = text ?? throw Missing($"inputs.sentences[{i}]") })],
            IsList = isList,
        };

        private static InvalidRequestException Missing(string field) =>
            new($"'$.{field}' is invalid: it is required and cannot be null.", field.Split('.')[0]);
    }
}
