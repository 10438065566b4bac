using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Embeddings.Storage;
using Microsoft.Extensions.Options;
using Serilog;
using StoredSearch = Embeddings.Storage.SearchRequest;

namespace Embeddings.Api.Retrieval;

/// <summary>Checks a search, and does it in a collection or in documents of the request.</summary>
internal sealed class SearchHandler(
    CollectionStore collections,
    CollectionModels models,
    InlineSearch inline,
    InputVectors vectors,
    SearchReranking reranking,
    SearchLimiter limiter,
    IDiagnosticContext diagnostics,
    IOptions<LimitsOptions> limits)
{
    private const string DefaultCollection = "default";

    public async Task<EmbeddedReply<SearchResponse>> HandleAsync(
        SearchRequest request, CancellationToken cancellationToken)
    {
        var query = SearchQuery.Of(request, limits.Value.MaxInputs);
        var shape = SearchShape.Of(request, query.Count);
        _ = SearchReranking.Candidates(request, shape, query.Count);
        if (request.Documents is not null)
        {
            return await inline.SearchAsync(request, query, shape, cancellationToken);
        }

        if (request.Metric is not null)
        {
            throw new InvalidRequestException(
                "Invalid 'metric': a collection has its own; it is for documents of the request.", "metric");
        }

        var name = request.Collection ?? DefaultCollection;
        try
        {
            return await collections.OnAsync(
                name,
                collection => SearchCollectionAsync(collection, request, query, shape, cancellationToken),
                isOnce: query.HasVectors);
        }
        catch (CollectionReplacedException)
        {
            throw CollectionStore.MovedMeanwhile(name);
        }
    }

    // If the collection moves to another model before the end, all of this is done again: the query must be embedded by
    // the other model.
    private async Task<EmbeddedReply<SearchResponse>> SearchCollectionAsync(
        IDocumentCollection collection, SearchRequest request, SearchQuery query, StoredSearch shape,
        CancellationToken cancellationToken)
    {
        var (name, settings) = (collection.Info.Name, collection.Info.Settings);
        diagnostics.Set("Collection", name);
        models.Check(name, settings, request.Model);
        var known = await collection.GetAsync(query.Ids, DocumentParts.Vector, cancellationToken);
        var items = query.Items(known);
        var rows = await vectors.ResolveAsync(
            items,
            query.Location,
            () => models.ModelOf(name, settings),
            (model, _) => CollectionModels.QueryPrompt(settings, model, request.PromptName, request.InputType),
            settings.Dimensions,
            cancellationToken);
        IReadOnlyList<IReadOnlyList<DocumentHit>> found;
        using (await limiter.EnterAsync(cancellationToken))
        {
            var search = SearchReranking.Candidates(request, shape, query.Count) with
            {
                Queries = query.Queries(rows),
                Without = [.. known.Select(document => document.Id)],
            };
            found = await collection.SearchAsync(search, cancellationToken);
        }

        var ranked = await reranking.RankAsync(request, shape, found, cancellationToken);
        return SearchReply.Of(
            request, query.IsList, ranked, new SearchedVectors(name, settings.Model, settings.Metric), rows.Summary);
    }
}
