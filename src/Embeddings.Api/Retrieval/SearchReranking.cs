using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Reranking;
using Embeddings.Api.Wire;
using Embeddings.Storage;
using StoredSearch = Embeddings.Storage.SearchRequest;

namespace Embeddings.Api.Retrieval;

/// <summary>A document that was found, and how well it answers the query, if a model was asked.</summary>
/// <param name="Hit">The document.</param>
/// <param name="Relevance">What the reranker says; null without a reranker, or a text.</param>
internal sealed record RankedHit(DocumentHit Hit, float? Relevance = null);

/// <summary>The documents of each query, best first.</summary>
/// <param name="Pages">The documents of each query.</param>
/// <param name="Reranker">Id of the model that put them in this order; null for that of the vectors.</param>
/// <param name="Summary">What it took.</param>
internal sealed record RankedHits(
    IReadOnlyList<IReadOnlyList<RankedHit>> Pages, string? Reranker, EmbeddingSummary Summary)
{
    public static RankedHits Unchanged(IReadOnlyList<IReadOnlyList<DocumentHit>> found) =>
        new([.. found.Select(page => page.Select(hit => new RankedHit(hit)).ToList())], null, EmbeddingSummary.None);
}

/// <summary>Ranks what a search has found once more, by the texts.</summary>
internal sealed class SearchReranking(ModelRegistry registry, Reranker reranker)
{
    private const int MostCandidates = 1000;
    private const int DefaultCandidates = 100;
    private const int MostPairs = 10_000;

    /// <summary>The search that finds the candidates.</summary>
    /// <param name="request">The request.</param>
    /// <param name="shape">The search that it asks for.</param>
    /// <param name="queries">How many queries it has.</param>
    /// <exception cref="InvalidRequestException">What it asks for cannot be ranked by texts.</exception>
    public static StoredSearch Candidates(SearchRequest request, StoredSearch shape, int queries)
    {
        if (request.Rerank is not { } rerank)
        {
            return shape;
        }

        if (request.Query is null || request.Query.Items.Any(query => query.Text is null))
        {
            throw new InvalidRequestException(
                "Invalid 'rerank': documents are ranked by the text of a 'query'.", "rerank");
        }

        if (request.GroupBy is not null)
        {
            throw new InvalidRequestException("Send either 'rerank' or 'group_by', but not both.", "rerank");
        }

        var candidates = ContractWords.Number(
            rerank.Candidates, "rerank.candidates", 1, MostCandidates, DefaultCandidates);
        var most = Math.Max(candidates, shape.Offset + shape.Limit);
        return most <= MostCandidates && (long)most * queries <= MostPairs
            ? shape with { Offset = 0, Limit = most, Parts = shape.Parts | DocumentParts.Text }
            : throw new InvalidRequestException(
                $"Invalid 'rerank': {queries} queries with {most} candidates each are more than a model is asked to " +
                $"read; there may be {MostCandidates} of a query, and {MostPairs} in all.",
                "rerank");
    }

    /// <summary>The page of each query that the request asks for, ranked as it says.</summary>
    public async Task<RankedHits> RankAsync(
        SearchRequest request, StoredSearch shape, IReadOnlyList<IReadOnlyList<DocumentHit>> found,
        CancellationToken cancellationToken)
    {
        if (request.Rerank is not { } rerank)
        {
            return RankedHits.Unchanged(found);
        }

        var model = registry.ResolveReranker(rerank.Model);
        var summary = EmbeddingSummary.None;
        var pages = new List<IReadOnlyList<RankedHit>>(found.Count);
        for (var i = 0; i < found.Count; i++)
        {
            var (ranked, took) = await RankAsync(model, request.Query!, i, found[i], cancellationToken);
            pages.Add([.. ranked.Skip(shape.Offset).Take(shape.Limit)]);
            summary = summary.And(took);
        }

        // The header names the model whose vectors were searched.
        return new RankedHits(pages, model.Manifest.Id, summary with { Model = null });
    }

    // Documents without a text stay behind those with one, in the order of their vectors.
    private async Task<(IEnumerable<RankedHit> Ranked, EmbeddingSummary Summary)> RankAsync(
        ServedModel model, TextsOrVectors query, int index, IReadOnlyList<DocumentHit> hits,
        CancellationToken cancellationToken)
    {
        var texts = hits.Where(hit => hit.Document.Text is { Length: > 0 }).ToList();
        var rest = hits.Where(hit => hit.Document.Text is not { Length: > 0 }).Select(hit => new RankedHit(hit));
        if (texts.Count == 0)
        {
            return (rest, EmbeddingSummary.None);
        }

        // The text of a document was taken when it was stored, so that it cannot be refused now.
        var work = new RerankWork(
            query.Items[index].Text!, [.. texts.Select(hit => hit.Document.Text!)], query.Location("query", index),
            i => $"documents['{texts[i].Document.Id}'].text")
        {
            Truncation = Inference.Truncation.Cut,
            IsBegun = true,
        };
        var (scores, summary) = await reranker.ScoreAsync(model, work, cancellationToken);
        var ranked = texts.Zip(scores).OrderByDescending(pair => pair.Second.Rank)
            .Select(pair => new RankedHit(pair.First, pair.Second.Reported));
        return (ranked.Concat(rest), summary);
    }
}
