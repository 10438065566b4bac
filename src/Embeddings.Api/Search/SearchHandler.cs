using Embeddings.Api.Collections;
using Embeddings.Api.Errors;
using Embeddings.Api.Hosting;
using Embeddings.Api.Json;
using Embeddings.Api.Models;
using Embeddings.Api.OpenAi;
using Embeddings.Storage;
using Embeddings.Storage.InMemory;
using Microsoft.Extensions.Options;
using Serilog;
using StoredSearch = Embeddings.Storage.SearchRequest;

namespace Embeddings.Api.Search;

/// <summary>Checks a search, embeds what is text in it, and shapes the reply.</summary>
internal sealed class SearchHandler(
    ModelStartup startup,
    CollectionsHandler collections,
    CollectionModels models,
    InputVectors vectors,
    SearchPlaces places,
    IDiagnosticContext diagnostics,
    IOptions<LimitsOptions> limits)
{
    private const string DefaultCollection = "default";
    private const int MostFound = 1_000_000;
    private const int MostReturned = 100_000;

    public async Task<SearchResponse> HandleAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        var asked = Question.Of(request, limits.Value.MaxInputs);
        var shape = ShapeOf(request, asked);
        if (request.Documents is not null)
        {
            return await SearchDocumentsAsync(request, asked, shape, cancellationToken);
        }

        if (request.Metric is not null)
        {
            throw new InvalidRequestException("Invalid 'metric': a collection has its own; it is for documents of the request.", "metric");
        }

        var name = request.Collection ?? DefaultCollection;
        try
        {
            return await collections.OnAsync(name, collection => SearchCollectionAsync(collection, request, asked, shape, cancellationToken), isOnce: asked.HasVectors);
        }
        catch (CollectionReplacedException)
        {
            throw CollectionsHandler.MovedMeanwhile(name);
        }
    }

    // A collection that moves to another model before the end says so, and all of this is done again: the query must be embedded by the other model.
    private async Task<SearchResponse> SearchCollectionAsync(
        IDocumentCollection collection, SearchRequest request, Question asked, StoredSearch shape, CancellationToken cancellationToken)
    {
        var (name, settings) = (collection.Info.Name, collection.Info.Settings);
        diagnostics.Set("Collection", name);
        models.Check(name, settings, request.Model);
        var known = await collection.GetAsync(asked.Ids, DocumentParts.Vector, cancellationToken);
        var items = asked.Items(known);
        var rows = await vectors.ResolveAsync(
            items,
            asked.Place,
            () => models.ModelOf(name, settings),
            (model, _) => Prompts.Query(model, request.PromptName, request.InputType),
            settings.Dimensions,
            cancellationToken);
        IReadOnlyList<IReadOnlyList<DocumentHit>> found;
        using (await places.EnterAsync(cancellationToken))
        {
            found = await collection.SearchAsync(shape with { Queries = asked.Queries(rows), Without = [.. known.Select(document => document.Id)] }, cancellationToken);
        }

        return Response(request, asked, found, name, settings.Model, Wire.NameOf(settings.Metric), rows.Tokens);
    }

    // Documents and queries are embedded together: one model, one length.
    private async Task<SearchResponse> SearchDocumentsAsync(SearchRequest request, Question asked, StoredSearch shape, CancellationToken cancellationToken)
    {
        if (request.Collection is not null)
        {
            throw new InvalidRequestException("Send either 'collection' or 'documents', but not both.", "documents");
        }

        var metric = Wire.MetricOf(request.Metric);
        var inputs = collections.CheckCount(request.Documents, "documents");
        var texts = CollectionsHandler.Items(inputs, i => $"documents[{i}]");
        var textPlaces = CollectionsHandler.Places(inputs, i => $"documents[{i}]");
        var ids = IdsOf(inputs);
        // Of an id that is there twice, the last.
        var indexes = new Dictionary<string, int>();
        for (var i = 0; i < ids.Count; i++)
        {
            indexes[ids[i]] = i;
        }

        // Only whether there is such a document, for now: its vector comes with those of the others.
        var known = asked.Ids.Where(indexes.ContainsKey).Select(id => new Document(id, default)).ToList();
        var items = asked.Items(known);
        var all = new List<TextOrVector>(texts);
        all.AddRange(items.Where(item => item != Question.Known));
        var own = Enumerable.Range(0, items.Count).Where(i => items[i] != Question.Known).ToList();
        var rows = await vectors.ResolveAsync(
            all,
            i => i < texts.Count ? textPlaces(i) : asked.Place(own[i - texts.Count]),
            () => startup.Models.Resolve(request.Model),
            (model, i) => i < texts.Count ? Prompts.Document(model) : Prompts.Query(model, request.PromptName, request.InputType),
            null,
            cancellationToken);
        var documents = inputs.Select((document, i) => new Document(ids[i], rows.Rows[i], document.Text, document.Metadata)).ToList();
        var questions = new ReadOnlyMemory<float>[items.Count];
        for (int i = 0, next = texts.Count; i < items.Count; i++)
        {
            questions[i] = items[i] == Question.Known ? rows.Rows[indexes[asked.IdAt(i)!]] : rows.Rows[next++];
        }

        IReadOnlyList<IReadOnlyList<DocumentHit>> found;
        using (await places.EnterAsync(cancellationToken))
        {
            found = await TransientDocuments.SearchAsync(
                documents, rows.Dimensions, metric,
                shape with { Queries = asked.Queries(rows with { Rows = questions }), Without = [.. known.Select(document => document.Id)] }, cancellationToken);
        }

        return Response(request, asked, found, null, rows.Model?.Manifest.Id, Wire.NameOf(metric), rows.Tokens);
    }

    // A document without an id has its index for one, unless another brings the same as its own.
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

    private static StoredSearch ShapeOf(SearchRequest request, Question asked)
    {
        var search = new StoredSearch(default, Wire.Number(request.TopK, "top_k", 1, 10_000, 10))
        {
            Offset = Wire.Number(request.Offset, "offset", 0, MostFound, 0),
            Bound = request.MinScore,
            Filter = request.Filter is { } filter ? FilterParser.Parse(filter) : null,
            GroupBy = request.GroupBy,
            GroupSize = Wire.Number(request.GroupSize, "group_size", 1, 100, 3),
            Parts = Wire.PartsOf(request.Include),
        };
        var size = request.GroupBy is null ? 1 : search.GroupSize;
        if ((long)asked.Count * search.Limit * size > MostReturned || (long)asked.Count * (search.Offset + search.Limit) * size > MostFound)
        {
            throw new InvalidRequestException(
                $"Invalid 'top_k': {asked.Count} queries may return {MostReturned} documents in all, and pass over {MostFound}. Ask for fewer at a time.", "top_k");
        }

        return search;
    }

    private static SearchResponse Response(
        SearchRequest request, Question asked, IReadOnlyList<IReadOnlyList<DocumentHit>> found, string? collection, string? model, string metric, long tokens)
    {
        var parts = Wire.PartsOf(request.Include);
        return new SearchResponse(
            collection,
            model,
            metric,
            request.GroupBy is null ? new([.. found.Select(page => Results(page, parts))], asked.IsList) : null,
            request.GroupBy is null ? null : new([.. found.Select(page => Groups(page, parts))], asked.IsList),
            new EmbeddingUsage(tokens, tokens));
    }

    private static List<SearchResult> Results(IEnumerable<DocumentHit> page, DocumentParts parts) =>
    [
        .. page.Select(item => new SearchResult(
            item.Document.Id,
            item.Score,
            parts.HasFlag(DocumentParts.Text) ? item.Document.Text : null,
            parts.HasFlag(DocumentParts.Metadata) ? Wire.RawOf(item.Document) : null,
            parts.HasFlag(DocumentParts.Vector) ? Wire.VectorOf(item.Document) : null)),
    ];

    private static List<SearchGroup> Groups(IEnumerable<DocumentHit> page, DocumentParts parts) =>
        [.. page.GroupBy(item => item.Group!.Value).Select(group => new SearchGroup(new RawJson(group.Key.ToJson()), Results(group, parts)))];
}
