using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Embeddings.Api.Wire;
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
    TextEmbedder embedder, InputVectors vectors, IOptions<InputOptions> input, IOptions<LimitsOptions> limits)
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
        var rows = await vectors.ResolveAsync(
            [.. work.Documents.Prepend(work.Query).Select(text => new TextOrVector { Text = text })],
            i => i == 0 ? work.QueryLocation : work.Location(i - 1),
            () => model,
            (manifest, i) => i == 0 ? Prompts.Query(manifest, null, null) : Prompts.Document(manifest),
            null,
            cancellationToken,
            work.IsBegun);
        var query = rows.Rows[0];
        return ([.. rows.Rows.Skip(1).Select(row => Score(VectorMath.Cosine(query.Span, row.Span)))], rows.Summary);

        // Tools drop documents below a threshold from 0 to 1. Negative cosines still order the documents.
        DocumentScore Score(float cosine) => new(cosine, work.IsRaw ? cosine : Math.Max(0, cosine));
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
                $"'$.{empty}' is invalid: an empty string cannot be ranked.", empty.Split('[', '.')[0]);
        }
    }
}
