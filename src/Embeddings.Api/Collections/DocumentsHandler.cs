using System.Globalization;
using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Embeddings.Api.Retrieval;
using Embeddings.Api.Wire;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Collections;

/// <summary>No document has the id.</summary>
internal sealed class DocumentNotFoundException(string id, string collection) : FailureException(
    FailureKind.DocumentNotFound, $"There is no document '{id}' in collection '{collection}'.", "id");

/// <summary>Documents of a collection: kept, listed, fetched, counted and deleted.</summary>
internal sealed class DocumentsHandler(
    CollectionStore collections, CollectionsHandler handler, SearchLimiter limiter, IOptions<LimitsOptions> limits)
{
    private const int MostListed = 10_000;
    private const int ListedUnlessSaid = 100;

    public Task<EmbeddedReply<UpsertResponse>> UpsertAsync(
        string name, UpsertRequest request, CancellationToken cancellationToken)
    {
        var documents = Checked(request.Documents, "documents");
        return documents.Count > 0
            ? handler.UpsertAsync(name, documents, request.Model, i => $"documents[{i}]", cancellationToken)
            : throw new InvalidRequestException("'$.documents' is invalid: it cannot be an empty array.", "documents");
    }

    /// <summary>Documents by ids in their order, or by a filter page by page.</summary>
    public async Task<DocumentList> ListAsync(string name, ListRequest request, CancellationToken cancellationToken)
    {
        _ = await collections.FindAsync(name, cancellationToken);
        var parts = ContractWords.PartsOf(request.Include);
        if (request.Ids is not null)
        {
            if (request.Filter is not null)
            {
                throw new InvalidRequestException("Send either 'ids' or 'filter', but not both.", "ids");
            }

            var ids = Checked(request.Ids, "ids");
            using var reading = await limiter.EnterAsync(cancellationToken);
            var found = await collections.OnAsync(name, collection => collection.GetAsync(
                ids, parts, cancellationToken));
            return new DocumentList("list", [.. found.Select(DocumentObject.Of)], null);
        }

        var limit = ContractWords.Number(request.Limit, "limit", 1, MostListed, ListedUnlessSaid);
        var filter = request.Filter is { } json ? FilterParser.Parse(json) : null;
        using var permit = await limiter.EnterAsync(cancellationToken);
        // On the wire a cursor is a number, as this store's cursors are.
        var cursor = request.After is > 0 and var after ? after.ToString(CultureInfo.InvariantCulture) : null;
        var page = await collections.OnAsync(
            name, collection => collection.ListAsync(filter, cursor, limit, parts, cancellationToken));
        return new DocumentList(
            "list",
            [.. page.Documents.Select(DocumentObject.Of)],
            page.Next is null ? null : long.Parse(page.Next, CultureInfo.InvariantCulture));
    }

    /// <exception cref="DocumentNotFoundException">No document has the id.</exception>
    public async Task<DocumentObject> GetAsync(
        string name, string id, IReadOnlyList<string>? include, CancellationToken cancellationToken)
    {
        var parts = ContractWords.PartsOf(include);
        var found = await collections.OnAsync(name, collection => collection.GetAsync([id], parts, cancellationToken));
        return found is [var document] ? DocumentObject.Of(document) : throw new DocumentNotFoundException(id, name);
    }

    /// <exception cref="DocumentNotFoundException">No document has the id.</exception>
    public async Task<DeletedObject> DeleteAsync(string name, string id, CancellationToken cancellationToken) =>
        await collections.OnAsync(name, collection => collection.DeleteAsync([id], cancellationToken)) == 1
            ? new DeletedObject("document.deleted", id, true)
            : throw new DocumentNotFoundException(id, name);

    /// <summary>Deletes documents by ids or by a filter.</summary>
    public async Task<CountResponse> DeleteAsync(
        string name, DeleteRequest request, CancellationToken cancellationToken)
    {
        switch (request.Ids, request.Filter)
        {
            case ({ } sent, null):
                return new CountResponse(await collections.OnAsync(
                    name, collection => collection.DeleteAsync(Checked(sent, "ids"), cancellationToken)));
            case (null, { } json):
                var filter = FilterParser.Parse(json);
                using (await limiter.EnterAsync(cancellationToken))
                {
                    return new CountResponse(await collections.OnAsync(
                        name, collection => collection.DeleteAsync(filter, cancellationToken)));
                }

            default:
                throw new InvalidRequestException(
                    "Send either 'ids' or 'filter', and not both; the filter {} means all documents.", "ids");
        }
    }

    /// <summary>Counts the documents that a filter lets through, or all of them.</summary>
    public async Task<CountResponse> CountAsync(string name, CountRequest? request, CancellationToken cancellationToken)
    {
        var filter = request?.Filter is { } json ? FilterParser.Parse(json) : null;
        using var permit = await limiter.EnterAsync(cancellationToken);
        return new CountResponse(
            await collections.OnAsync(name, collection => collection.CountAsync(filter, cancellationToken)));
    }

    private IReadOnlyList<T> Checked<T>(IReadOnlyList<T>? items, string field) =>
        DocumentInputs.Checked(items, field, limits.Value.MaxDocuments);
}
