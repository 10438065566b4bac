using System.Text.Json;
using Embeddings.Api.Errors;
using Embeddings.Api.Retrieval;
using Embeddings.Api.Wire;
using Embeddings.Storage;
using Embeddings.Storage.Filtering;

namespace Embeddings.Api.Jobs;

/// <summary>Which documents of a collection a job reads.</summary>
/// <param name="Filter">Which may be read; null for all.</param>
/// <param name="Limit">At most so many; of more a sample is taken.</param>
/// <param name="Fewest">So many there must be.</param>
/// <param name="Parts">What is read beside the vectors.</param>
internal sealed record RowSelection(Filter? Filter, int Limit, int Fewest, DocumentParts Parts)
{
    /// <param name="filter">The request's filter, or null.</param>
    /// <param name="limit">The request's limit, or null.</param>
    /// <param name="absent">The limit if the request has none.</param>
    /// <param name="most">The largest limit.</param>
    /// <param name="fewest">So many documents there must be.</param>
    /// <param name="parts">What is read beside the vectors.</param>
    /// <exception cref="InvalidRequestException">The request is wrong.</exception>
    public static RowSelection Of(
        JsonElement? filter, int? limit, int absent, int most, int fewest, DocumentParts parts) => new(
        filter is { } json ? FilterParser.Parse(json) : null,
        ContractWords.Number(limit, "limit", fewest, most, Math.Min(absent, most)),
        fewest,
        parts);
}
