using Embeddings.Api.Embedding;
using Embeddings.Api.Limits;
using Embeddings.Api.Retrieval;
using Embeddings.Api.Wire;
using Embeddings.Storage;
using Embeddings.Storage.Filtering;
using Embeddings.Vectors;
using StoredSearch = Embeddings.Storage.SearchRequest;

namespace Embeddings.Api.Classifiers;

/// <summary>
/// Classifies by the nearest documents of a collection. A vote weighs exp(20·cosine), the scale of names; of other
/// metrics each vote weighs the same.
/// </summary>
internal sealed class NeighborVote(
    CollectionStore collections, CollectionModels models, InputVectors vectors, SearchLimiter limiter)
{
    private const string Method = "neighbors";
    private const double Scale = 20;

    public async Task<ScoredInputs> ScoreAsync(
        ClassifyRequest request, Func<int, string> location, CancellationToken cancellationToken)
    {
        var name = request.Collection!;
        var k = ContractWords.Number(request.K, "k", 1, 1000, 10);
        Filter hasLabel = new Filter.Exists(request.Field!);
        var filter = request.Filter is { } element
            ? new Filter.All([FilterParser.Parse(element), hasLabel])
            : hasLabel;
        var search = new StoredSearch(default, k) { Filter = filter, Parts = DocumentParts.Metadata };
        try
        {
            return await collections.OnAsync(
                name,
                collection => ScoreAsync(collection, request, search, location, cancellationToken),
                isOnce: request.Input!.Items.Any(item => item.Vector is not null));
        }
        catch (CollectionReplacedException)
        {
            throw CollectionStore.MovedMeanwhile(name);
        }
    }

    private async Task<ScoredInputs> ScoreAsync(
        IDocumentCollection collection, ClassifyRequest request, StoredSearch search, Func<int, string> location,
        CancellationToken cancellationToken)
    {
        var (name, settings) = (collection.Info.Name, collection.Info.Settings);
        models.Check(name, settings, request.Model);
        var rows = await vectors.ResolveAsync(
            request.Input!.Items,
            location,
            () => models.ModelOf(name, settings),
            (model, _) => CollectionModels.QueryPrompt(settings, model, null, null),
            settings.Dimensions,
            cancellationToken);
        IReadOnlyList<IReadOnlyList<DocumentHit>> found;
        using (await limiter.EnterAsync(cancellationToken))
        {
            found = await collection.SearchAsync(
                search with { Queries = rows.Block(0, rows.Rows.Length) }, cancellationToken);
        }

        return new(Method, [.. found.Select(hits => Votes(hits, request.Field!, settings.Metric))], rows.Summary);
    }

    private static IReadOnlyList<LabelScore> Votes(IReadOnlyList<DocumentHit> hits, string field, Metric metric)
    {
        var votes = new Dictionary<string, double>(StringComparer.Ordinal);
        var sum = 0.0;
        foreach (var hit in hits)
        {
            var weight = metric == Metric.Cosine ? Math.Exp(Scale * (hit.Score - hits[0].Score)) : 1;
            foreach (var label in ExampleReader.LabelsOf(hit.Document.Metadata?.Fields ?? MetadataFields.None, field))
            {
                votes[label] = votes.GetValueOrDefault(label) + weight;
                sum += weight;
            }
        }

        return
        [
            .. votes.OrderByDescending(vote => vote.Value).ThenBy(vote => vote.Key, StringComparer.Ordinal)
                .Select(vote => new LabelScore(vote.Key, (float)(vote.Value / sum))),
        ];
    }
}
