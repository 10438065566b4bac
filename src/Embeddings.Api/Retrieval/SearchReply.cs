using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;
using Embeddings.Storage;
using Embeddings.Vectors;
using StoredSearch = Embeddings.Storage.SearchRequest;

namespace Embeddings.Api.Retrieval;

/// <summary>What was searched.</summary>
/// <param name="Collection">The collection; null for documents of the request.</param>
/// <param name="Model">Id of the model whose vectors they are; null for the client's own.</param>
/// <param name="Metric">How they were compared.</param>
internal sealed record SearchedVectors(string? Collection, string? Model, Metric Metric);

/// <summary>Shapes what a search has found into its reply.</summary>
internal static class SearchReply
{
    /// <param name="request">The search.</param>
    /// <param name="isList">Whether it had a list of queries.</param>
    /// <param name="found">The documents of each query, best first.</param>
    /// <param name="searched">What was searched.</param>
    /// <param name="summary">What it took to embed texts.</param>
    public static EmbeddedReply<SearchResponse> Of(
        SearchRequest request,
        bool isList,
        RankedHits found,
        SearchedVectors searched,
        EmbeddingSummary summary)
    {
        var parts = ContractWords.PartsOf(request.Include);
        var body = new SearchResponse(
            searched.Collection,
            searched.Model,
            ContractWords.NameOf(searched.Metric),
            request.GroupBy is null ? new([.. found.Pages.Select(page => Results(page, parts))], isList) : null,
            request.GroupBy is null ? null : new([.. found.Pages.Select(page => Groups(page, parts))], isList),
            summary.And(found.Summary).Usage)
        {
            Reranker = found.Reranker,
        };
        return new(body, summary.And(found.Summary));
    }

    private static List<SearchResult> Results(IEnumerable<RankedHit> page, DocumentParts parts) =>
    [
        .. page.Select(item => new SearchResult(
            item.Hit.Document.Id,
            item.Hit.Score,
            parts.HasFlag(DocumentParts.Text) ? item.Hit.Document.Text : null,
            parts.HasFlag(DocumentParts.Metadata) ? ContractWords.RawOf(item.Hit.Document) : null,
            parts.HasFlag(DocumentParts.Vector) ? ContractWords.VectorOf(item.Hit.Document) : null)
        {
            RelevanceScore = item.Relevance,
        }),
    ];

    private static List<SearchGroup> Groups(IEnumerable<RankedHit> page, DocumentParts parts) =>
    [
        .. page.GroupBy(item => item.Hit.Group!.Value)
            .Select(group => new SearchGroup(new RawJson(group.Key.ToJson()), Results(group, parts))),
    ];
}

/// <summary>
/// The shape of a search: how many documents or groups, from which on, which of them, and which parts of each.
/// </summary>
internal static class SearchShape
{
    private const int MostFound = 1_000_000;
    private const int MostReturned = 100_000;

    /// <param name="request">The search.</param>
    /// <param name="queries">How many queries it has.</param>
    /// <exception cref="InvalidRequestException">It asks for what there is not, or for too much.</exception>
    public static StoredSearch Of(SearchRequest request, int queries)
    {
        var search = new StoredSearch(default, ContractWords.Number(request.TopK, "top_k", 1, 10_000, 10))
        {
            Offset = ContractWords.Number(request.Offset, "offset", 0, MostFound, 0),
            Bound = request.MinScore,
            Filter = request.Filter is { } filter ? FilterParser.Parse(filter) : null,
            GroupBy = request.GroupBy,
            GroupSize = ContractWords.Number(request.GroupSize, "group_size", 1, 100, 3),
            Parts = ContractWords.PartsOf(request.Include),
        };
        var size = request.GroupBy is null ? 1 : search.GroupSize;
        if ((long)queries * search.Limit * size > MostReturned
            || (long)queries * (search.Offset + search.Limit) * size > MostFound)
        {
            throw new InvalidRequestException(
                $"Invalid 'top_k': {queries} queries may return {MostReturned} documents in all, and pass over " +
                $"{MostFound}. Ask for fewer at a time.", "top_k");
        }

        return search;
    }
}
