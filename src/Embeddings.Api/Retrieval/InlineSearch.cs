using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Embeddings.Api.Wire;
using Embeddings.Storage;
using Embeddings.Storage.InMemory;
using Microsoft.Extensions.Options;
using StoredSearch = Embeddings.Storage.SearchRequest;

namespace Embeddings.Api.Retrieval;

/// <summary>
/// Searches documents that the request brings. They are embedded together with the queries, so that all vectors are of
/// one model and one length.
/// </summary>
internal sealed class InlineSearch(
    ModelRegistry registry, InputVectors vectors, SearchReranking reranking, SearchLimiter limiter,
    IOptions<LimitsOptions> limits)
{
    /// <summary>Searches the documents of a request.</summary>
    public async Task<EmbeddedReply<SearchResponse>> SearchAsync(
        SearchRequest request, SearchQuery query, StoredSearch shape, CancellationToken cancellationToken)
    {
        if (request.Collection is not null)
        {
            throw new InvalidRequestException("Send either 'collection' or 'documents', but not both.", "documents");
        }

        var metric = ContractWords.MetricOf(request.Metric);
        var inputs = DocumentInputs.Checked(request.Documents, "documents", limits.Value.MaxDocuments);
        var texts = DocumentInputs.Items(inputs, i => $"documents[{i}]");
        var locations = DocumentInputs.Locations(inputs, i => $"documents[{i}]");
        var ids = IdsOf(inputs);
        // If an id occurs twice, its last document counts.
        var indexes = new Dictionary<string, int>();
        for (var i = 0; i < ids.Count; i++)
        {
            indexes[ids[i]] = i;
        }

        // Without vectors: they are made below, together with those of the other documents.
        var known = query.Ids.Where(indexes.ContainsKey).Select(id => new Document(id, default)).ToList();
        var items = query.Items(known);
        var all = new List<TextOrVector>(texts);
        all.AddRange(items.Where(item => item != SearchQuery.Known));
        var own = Enumerable.Range(0, items.Count).Where(i => items[i] != SearchQuery.Known).ToList();
        var rows = await vectors.ResolveAsync(
            all,
            i => i < texts.Count ? locations(i) : query.Location(own[i - texts.Count]),
            () => registry.Resolve(request.Model),
            (model, i) =>
                i < texts.Count ? Prompts.Document(model) : Prompts.Query(model, request.PromptName, request.InputType),
            null,
            cancellationToken);
        var documents = inputs.Select((document, i) => new Document(
            ids[i], rows.Rows[i], document.Text, document.Metadata)).ToList();
        var queries = new ReadOnlyMemory<float>[items.Count];
        for (int i = 0, next = texts.Count; i < items.Count; i++)
        {
            queries[i] = items[i] == SearchQuery.Known ? rows.Rows[indexes[query.IdAt(i)!]] : rows.Rows[next++];
        }

        IReadOnlyList<IReadOnlyList<DocumentHit>> found;
        using (await limiter.EnterAsync(cancellationToken))
        {
            var search = SearchReranking.Candidates(request, shape, query.Count) with
            {
                Queries = query.Queries(rows with { Rows = queries }),
                Without = [.. known.Select(document => document.Id)],
            };
            found = await TransientDocuments.SearchAsync(documents, rows.Dimensions, metric, search, cancellationToken);
        }

        var ranked = await reranking.RankAsync(request, shape, found, cancellationToken);
        return SearchReply.Of(
            request, query.IsList, ranked, new SearchedVectors(null, rows.Summary.Model, metric), rows.Summary);
    }

    // The id of a document without one is its index, unless another document has that id.
    private static List<string> IdsOf(IReadOnlyList<DocumentInput> documents)
    {
        var sent = documents.Select(document => document.Id).OfType<string>().ToHashSet();
        var next = documents.Count;
        return [.. documents.Select((document, i) => document.Id ?? (sent.Contains($"{i}") ? Unused() : $"{i}"))];

        string Unused()
        {
            while (sent.Contains($"{next}"))
            {
                next++;
            }

            return $"{next++}";
        }
    }
}
