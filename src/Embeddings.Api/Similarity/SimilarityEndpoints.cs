using Embeddings.Api.Collections;
using Embeddings.Api.Errors;
using Embeddings.Api.Hosting;
using Embeddings.Api.Json;
using Embeddings.Api.Models;
using Embeddings.Api.OpenAi;
using Embeddings.Storage;
using Embeddings.Vectors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Similarity;

/// <summary>How alike texts or vectors are.</summary>
internal static class SimilarityEndpoints
{
    public static void MapSimilarity(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/similarity", Compare).WithTags("Similarity").RefusesUnknownParameters()
            .ProducesErrors(
                StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound, StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status429TooManyRequests, StatusCodes.Status500InternalServerError);

    /// <summary>Compare texts or vectors</summary>
    /// <remarks>One with many, or every source with every target. Hugging Face's body for the same task is taken too, and answered as it is there.</remarks>
    /// <response code="200">A row of scores for each source; for Hugging Face's body a list of scores.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    /// <response code="404">The model is unknown, or its files are not on this server.</response>
    /// <response code="413">The body is too large.</response>
    /// <response code="415">The body is not JSON in UTF-8.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    internal static async Task<Ok<SimilarityResponse>> Compare(
        SimilarityRequest request, ModelStartup startup, InputVectors vectors, IOptions<LimitsOptions> limits, SearchPlaces places, CancellationToken cancellationToken)
    {
        var pair = Pair.Of(request);
        Check(pair.Sources, pair.SourceField, limits.Value.MaxInputs);
        Check(pair.Targets, pair.TargetField, limits.Value.MaxInputs);
        CheckPairs(pair, limits.Value.MaxPairs);
        var metric = Wire.MetricOf(request.Metric);
        var sources = pair.Sources.Items.Count;
        var rows = await vectors.ResolveAsync(
            pair.IsSquare ? pair.Sources.Items : [.. pair.Sources.Items, .. pair.Targets.Items],
            i => i < sources ? pair.Sources.Place(pair.SourceField, i) : pair.Targets.Place(pair.TargetField, i - sources),
            () => startup.Models.Resolve(request.Model),
            (model, _) => Prompts.Asked(model, request.PromptName, request.InputType),
            null,
            cancellationToken);
        using var place = await places.EnterAsync(cancellationToken);
        var scores = await ScanPool.RunAsync(
            (double)sources * pair.Targets.Items.Count * rows.Dimensions, () => Scores(metric, rows, sources, pair.IsSquare ? 0 : sources), cancellationToken);
        return TypedResults.Ok(new SimilarityResponse(
            scores, Wire.NameOf(metric), rows.Model?.Manifest.Id, new EmbeddingUsage(rows.Tokens, rows.Tokens))
        { IsList = request.Inputs is not null });
    }

    private static List<float[]> Scores(Metric metric, InputRows rows, int sources, int firstTarget)
    {
        var targets = rows.Rows.Length - firstTarget;
        var matrix = new float[sources * targets];
        VectorMath.ScoreMatrix(metric, rows.Block(0, sources), rows.Block(firstTarget, targets), rows.Dimensions, matrix);

        return [.. matrix.Chunk(targets)];
    }

    private static void Check(TextsOrVectors inputs, string field, int most)
    {
        if (inputs.Items.Count == 0 || inputs.Items.Count > most)
        {
            throw new InvalidRequestException($"Invalid '{field}': it has {inputs.Items.Count} items; 1 to {most} can be compared at a time.", field.Split('.')[0]);
        }
    }

    private static void CheckPairs(Pair pair, int most)
    {
        var (sources, targets) = (pair.Sources.Items.Count, pair.Targets.Items.Count);
        var pairs = (long)sources * targets;
        if (pairs > most)
        {
            var field = pair.IsSquare ? pair.SourceField : pair.TargetField;
            throw new InvalidRequestException($"Invalid '{field}': {sources} sources and {targets} targets are {pairs} pairs; {most} can be compared at a time.", field.Split('.')[0]);
        }
    }

    // Both shapes of the request as one.
    private sealed record Pair(TextsOrVectors Sources, string SourceField, TextsOrVectors Targets, string TargetField, bool IsSquare)
    {
        public static Pair Of(SimilarityRequest request)
        {
            if (request.Inputs is { } inputs)
            {
                if (request.Sources is not null || request.Targets is not null)
                {
                    throw new InvalidRequestException("Send either 'sources' and 'targets', or 'inputs' in Hugging Face's shape, but not both.", "inputs");
                }

                var source = inputs.SourceSentence ?? throw Missing("inputs.source_sentence");
                var sentences = inputs.Sentences ?? throw Missing("inputs.sentences");
                return new Pair(Texts([source], isList: false), "inputs.source_sentence", Texts(sentences, isList: true), "inputs.sentences", false);
            }

            var sources = request.Sources ?? throw Missing("sources");
            return new Pair(sources, "sources", request.Targets ?? sources, "targets", request.Targets is null);
        }

        private static TextsOrVectors Texts(IReadOnlyList<string> texts, bool isList) => new()
        {
            Items = [.. texts.Select((text, i) => new TextOrVector { Text = text ?? throw Missing($"inputs.sentences[{i}]") })],
            IsList = isList,
        };

        private static InvalidRequestException Missing(string field) => new($"'$.{field}' is invalid: it is required and cannot be null.", field.Split('.')[0]);
    }
}
