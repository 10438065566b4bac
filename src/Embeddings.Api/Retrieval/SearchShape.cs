using Embeddings.Api.Errors;
using Embeddings.Api.Wire;
using StoredSearch = Embeddings.Storage.SearchRequest;

namespace Embeddings.Api.Retrieval;

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
                $"Invalid 'top_k': {queries} queries may return {MostReturned} documents in all, and pass over {MostFound}. Ask for fewer at a time.", "top_k");
        }

        return search;
    }
}
