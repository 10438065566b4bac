using Embeddings.Analysis.Topics;
using Embeddings.Api.Errors;
using Embeddings.Api.Jobs;
using Embeddings.Api.Limits;
using Embeddings.Api.Wire;
using Embeddings.Storage;
using Embeddings.Storage.Filtering;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Topics;

/// <summary>Checks a request for topics, and does it as a job.</summary>
internal sealed class TopicsHandler(RowJobs jobs, IOptions<LimitsOptions> limits)
{
    private const string Kind = "topics";
    private const int Fewest = 3;
    private const int MostTopics = 1000;
    private const int MostWords = 50;

    /// <summary>Finds the topics of a collection, and writes them into its documents if that is asked for.</summary>
    public Task<JobReply> HandleAsync(string name, TopicsRequest request, CancellationToken cancellationToken)
    {
        var options = OptionsOf(request);
        var most = limits.Value.MaxAnalyzed;
        var selection = RowSelection.Of(request.Filter, request.Limit, most, most, Fewest, DocumentParts.Text);
        var unknown = request.Include?.FirstOrDefault(part => part != "assignments");
        if (unknown is not null)
        {
            throw new InvalidRequestException(
                $"Invalid value in 'include': {unknown}. Supported values: ['assignments'].", "include");
        }

        CheckField(request.Write);
        return jobs.OfCollectionAsync(
            Kind, name, selection, request with { Wait = null, Limit = selection.Limit }, request.Wait,
            (rows, progress, token) => Find(name, request, options, rows, progress, token), cancellationToken,
            (found, collection, token) => WriteAsync(found, request, collection, token));
    }

    private static TopicOptions OptionsOf(TopicsRequest request)
    {
        if (request.Count is not null && request.MinSize is not null)
        {
            throw new InvalidRequestException("Send either 'count' or 'min_size', but not both.", "count");
        }

        if (request.Outliers is not (null or "nearest" or "keep"))
        {
            throw new InvalidRequestException(
                $"Invalid value for 'outliers' = {request.Outliers}. Supported values: ['nearest', 'keep'].",
                "outliers");
        }

        return new TopicOptions
        {
            Count = request.Count is null ? null : ContractWords.Number(request.Count, "count", 2, MostTopics, 2),
            MinSize = request.MinSize is null
                ? null : ContractWords.Number(request.MinSize, "min_size", 2, int.MaxValue, 2),
            KeepOutliers = request.Outliers == "keep",
            Words = ContractWords.Number(request.Words, "words", 1, MostWords, 8),
            Examples = ContractWords.Number(request.Examples, "examples", 0, MostWords, 3),
            Seed = (ulong)(request.Seed ?? 42),
        };
    }

    // Before the job begins: after it the fault would be told to nobody.
    private static void CheckField(string? field)
    {
        try
        {
            _ = field is null ? null : Metadata.With(null, field, MetadataValue.Of(""));
        }
        catch (MetadataException exception)
        {
            throw new InvalidRequestException($"Invalid 'write': {exception.Message}", "write");
        }
    }

    private static Found Find(
        string name, TopicsRequest request, TopicOptions options, JobRows rows, IProgress<double> progress,
        CancellationToken cancellationToken)
    {
        if (options.Count > rows.Count)
        {
            throw new InvalidRequestException(
                $"Invalid 'count': {rows.Count} documents cannot be {options.Count} topics.", "count");
        }

        var documents = rows.Documents!;
        var texts = documents.Select(document => document.Text).ToList();
        var result = TopicModel.Fit(rows.Vectors, rows.Dimensions, texts, options, progress, cancellationToken);
        var topics = result.Topics.Select((topic, id) => new TopicObject(
            id,
            topic.Label.Length > 0 ? topic.Label : $"topic {id}",
            [.. topic.Words.Select(word => new TopicWord(word.Word, Math.Round(word.Weight, 4)))],
            topic.Size,
            [.. topic.Examples.Select(row => new TopicExample(documents[row].Id, documents[row].Text))])).ToList();
        var assignments = result.Documents.Select((document, row) => new TopicAssignment(
            documents[row].Id, document.Topic, (float)document.Strength, document.IsOutlier)).ToList();
        return new Found(
            new TopicsResponse(
                Kind, name, rows.Model, options.Count is null ? "umap+density" : "umap+kmeans", request.Seed ?? 42,
                rows.Matching, rows.IsSampled, assignments.Count(item => item.Outlier), Rounded(result.Silhouette), topics,
                request.Include is { Count: > 0 } ? assignments : null, null),
            assignments);
    }

    private static double? Rounded(double? value) => value is { } number ? Math.Round(number, 4) : null;

    private static async Task<object> WriteAsync(
        Found found, TopicsRequest request, IDocumentCollection collection, CancellationToken cancellationToken)
    {
        if (request.Write is not { } field)
        {
            return found.Response;
        }

        var labels = found.Assignments.ToDictionary(
            item => item.Id,
            item => item.Topic < 0 ? (MetadataValue?)null : MetadataValue.Of(found.Response.Topics[item.Topic].Label));
        return found.Response with { Written = await collection.SetFieldAsync(field, labels, cancellationToken) };
    }

    private sealed record Found(TopicsResponse Response, List<TopicAssignment> Assignments);
}
