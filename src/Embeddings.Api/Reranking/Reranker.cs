using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Embeddings.Inference;
using Embeddings.Vectors;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Reranking;

/// <summary>A query and documents to score.</summary>
/// <param name="Query">The query.</param>
/// <param name="Documents">The documents.</param>
/// <param name="QueryLocation">Where the request has the query.</param>
/// <param name="Location">Where the request has a document.</param>
internal sealed record RerankWork(
    string Query, IReadOnlyList<string> Documents, string QueryLocation, Func<int, string> Location)
{
    /// <summary>Whether scores are what the model gives, and not 0 to 1.</summary>
    public bool IsRaw { get; init; }

    /// <summary>What becomes of documents that are too long; null for what the settings say.</summary>
    public Truncation? Truncation { get; init; }

    /// <summary>Whether other work for the same request was done before.</summary>
    public bool IsBegun { get; init; }
}

/// <summary>How well a document answers a query.</summary>
/// <param name="Rank">What documents are ordered by, larger for better.</param>
/// <param name="Reported">What replies tell: 0 to 1 unless raw scores were asked for.</param>
internal readonly record struct DocumentScore(float Rank, float Reported);

/// <summary>
/// Says how well documents answer a query: by a cross-encoder, or by the cosines of an encoder's vectors.
/// </summary>
internal sealed class Reranker(
    TextEmbedder embedder, IOptions<InputOptions> input, IOptions<LimitsOptions> limits)
{
    /// <returns>A score for each document, in their order, and what it took.</returns>
    /// <exception cref="InvalidRequestException">A text is empty or too long, or all have too many tokens.</exception>
    public async Task<(DocumentScore[] Scores, EmbeddingSummary Summary)> ScoreAsync(
        ServedModel model, RerankWork work, CancellationToken cancellationToken)
    {
        CheckEmpty(work);
        return model.IsReranker
            ? await ScoreByPairsAsync(model, work, cancellationToken)
            : await ScoreByVectorsAsync(model, work, cancellationToken);
    }

    // As texts to be embedded, pairs are scored in parts, so that they need not fit among the waiting tokens at once.
    private async Task<(DocumentScore[] Scores, EmbeddingSummary Summary)> ScoreByPairsAsync(
        ServedModel model, RerankWork work, CancellationToken cancellationToken)
    {
        var scores = new List<float>(work.Documents.Count);
        var summary = EmbeddingSummary.None with { Model = model.Manifest.Id };
        foreach (var part in work.Documents.Chunk(InputVectors.TextsAtATime))
        {
            var options = new EncodingOptions
            {
                Truncation = work.Truncation ?? input.Value.Truncation,
                MaxTotalTokens = limits.Value.MaxTokens,
                IsBegun = work.IsBegun || scores.Count > 0,
            };
            var start = scores.Count;
            var (made, took) = await embedder.RunAsync(
                model,
                part.Length,
                model.Scores.ScoreAsync(work.Query, part, options, work.IsRaw, cancellationToken),
                result => (result.TokenCount, result.TruncatedDocuments),
                i => work.Location(start + i));
            scores.AddRange(made.Scores);
            summary = summary.And(took);
        }

        return ([.. scores.Select(score => new DocumentScore(score, score))], summary);
    }

    private async Task<(DocumentScore[] Scores, EmbeddingSummary Summary)> ScoreByVectorsAsync(
        ServedModel model, RerankWork work, CancellationToken cancellationToken)
    {
        var (vectors, summary) = await EmbedAsync(
            [work.Query], Prompts.Query(model.Manifest, null, null), null, work.IsBegun, _ => work.QueryLocation);
        var query = vectors[0];
        var scores = new List<DocumentScore>(work.Documents.Count);
        foreach (var part in work.Documents.Chunk(InputVectors.TextsAtATime))
        {
            var start = scores.Count;
            var made = await EmbedAsync(
                part, Prompts.Document(model.Manifest), work.Truncation, isBegun: true, i => work.Location(start + i));
            scores.AddRange(made.Vectors.Select(vector => Score(VectorMath.Cosine(query.Span, vector.Span))));
            summary = summary.And(made.Summary);
        }

        return ([.. scores], summary);

        // Tools drop documents below a threshold from 0 to 1. Negative cosines still order the documents.
        DocumentScore Score(float cosine) => new(cosine, work.IsRaw ? cosine : Math.Max(0, cosine));

        Task<EmbeddedInputs> EmbedAsync(
            string[] texts, TextPrompt prompt, Truncation? truncation, bool isBegun, Func<int, string> location) =>
            embedder.EmbedAsync(
                model,
                texts.Length,
                options => model.Texts.GenerateAsync(texts, options, cancellationToken),
                new EncodingOptions
                {
                    Prompt = prompt.Text,
                    Task = prompt.Task,
                    Truncation = truncation ?? input.Value.Truncation,
                    IsBegun = isBegun,
                },
                location);
    }

    private void CheckEmpty(RerankWork work)
    {
        if (input.Value.EmptyText == EmptyText.Embed)
        {
            return;
        }

        var empty = work.Query.Length == 0 ? work.QueryLocation
            : work.Documents.ToList().IndexOf("") is >= 0 and var i ? work.Location(i)
            : null;
        if (empty is not null)
        {
            throw new InvalidRequestException(
                $"'$.{empty}' is invalid: an empty string cannot be ranked.", empty.Split('[', '.')[0])
            { Fault = Fault.EmptyInput };
        }
    }
}
