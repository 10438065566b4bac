using System.Text.Json;
using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Embeddings.Api.Retrieval;
using Embeddings.Api.Wire;
using Embeddings.Storage;
using Embeddings.Vectors;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Jobs;

/// <summary>Rows that a job works on: the vectors of a collection, or texts and vectors of the request.</summary>
/// <param name="Vectors">Row-major [rows, dimensions].</param>
/// <param name="Count">Number of rows.</param>
/// <param name="Dimensions">Numbers in a row.</param>
/// <param name="Metric">How rows are compared.</param>
/// <param name="Model">Id of the model that made them, or null.</param>
/// <param name="Summary">What it took to embed the texts of the request.</param>
internal sealed record JobRows(
    float[] Vectors, int Count, int Dimensions, Metric Metric, string? Model, EmbeddingSummary Summary)
{
    /// <summary>The documents of the rows, without their vectors; null for rows of the request.</summary>
    public IReadOnlyList<Document>? Documents { get; init; }

    /// <summary>How many documents match; more than there are rows if a sample was taken.</summary>
    public long Matching { get; init; } = Count;

    /// <summary>Whether some of the matching documents were left out.</summary>
    public bool IsSampled => Count < Matching;

    /// <summary>Tokens read to embed texts; null for documents.</summary>
    public EmbeddingUsage? Usage => Documents is null ? Summary.Usage : null;
}

/// <summary>Computes the result of a job, on a thread that gives way to requests.</summary>
internal delegate T RowWork<T>(JobRows rows, IProgress<double> progress, CancellationToken cancellationToken);

/// <summary>Jobs over all vectors of a collection, or of a request.</summary>
internal sealed class RowJobs(
    CollectionStore collections, ModelRegistry registry, InputVectors vectors, JobQueue jobs,
    IOptions<LimitsOptions> limits)
{
    // A map of so many rows takes about half a second.
    private const int MostShort = 1000;

    /// <summary>Begins a job over a collection, or finds the one that has its result.</summary>
    /// <param name="kind">What it makes.</param>
    /// <param name="name">Of the collection.</param>
    /// <param name="selection">Which documents.</param>
    /// <param name="request">The request; equal ones have equal results as long as the collection stays the same.</param>
    /// <param name="wait">Seconds that the request says to wait, or null.</param>
    /// <param name="work">Computes the result.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <param name="finish">What is done with the result in the collection, or null.</param>
    public async Task<JobReply> OfCollectionAsync<TRequest, T>(
        string kind, string name, RowSelection selection, TRequest request, int? wait, RowWork<T> work,
        CancellationToken cancellationToken, Func<T, IDocumentCollection, CancellationToken, Task<object>>? finish = null)
        where T : class
    {
        var time = JobReply.Wait(wait);
        var collection = await collections.FindAsync(name, cancellationToken);
        var status = await collection.GetStatusAsync(cancellationToken);
        var key = $"{name} {collection.Info.Created.UtcTicks} {status.Version} {JsonSerializer.Serialize(request)}";
        return await RunAsync(
            new JobWork(kind, name, key, WorkAsync), EmbeddingSummary.None, time, cancellationToken);

        Task<object> WorkAsync(IProgress<double> progress, CancellationToken token) => collections.OnAsync(
            name,
            async Task<object> (current) =>
            {
                var rows = await ReadAsync(current, selection, token);
                var result = await ComputeAsync(rows, work, progress, token);
                return finish is null ? result : await finish(result, current, token);
            });
    }

    /// <summary>Begins a job over texts and vectors of a request.</summary>
    /// <param name="kind">What it makes.</param>
    /// <param name="input">The texts and vectors.</param>
    /// <param name="fewest">So many there must be.</param>
    /// <param name="metric">The request's metric, or null.</param>
    /// <param name="model">The request's model, or null.</param>
    /// <param name="inputType">What the request says that the texts are, or null.</param>
    /// <param name="wait">Seconds that the request says to wait, or null.</param>
    /// <param name="work">Computes the result.</param>
    /// <param name="check">Checks the request against the rows, before the job begins.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    public async Task<JobReply> OfInputAsync<T>(
        string kind, TextsOrVectors? input, int fewest, string? metric, string? model, string? inputType, int? wait,
        RowWork<T> work, Action<JobRows> check, CancellationToken cancellationToken)
        where T : class
    {
        var time = JobReply.Wait(wait);
        var items = input?.Items
            ?? throw new InvalidRequestException("'$.input' is invalid: it is required and cannot be null.", "input");
        var known = ContractWords.MetricOf(metric);
        if (items.Count < fewest || items.Count > limits.Value.MaxDocuments)
        {
            throw new InvalidRequestException(
                $"Invalid 'input': it has {items.Count} items; this takes {fewest} to {limits.Value.MaxDocuments}.",
                "input");
        }

        var embedded = await vectors.ResolveAsync(
            items,
            i => input.Location("input", i),
            () => registry.Resolve(model),
            (manifest, _) => Prompts.Asked(manifest, null, inputType),
            null,
            cancellationToken);
        var rows = new JobRows(
            embedded.Block(0, items.Count), items.Count, embedded.Dimensions, known, embedded.Summary.Model,
            embedded.Summary);
        check(rows);
        var job = new JobWork(
            kind, null, null,
            async (progress, token) => await ComputeAsync(rows, work, progress, token));
        return await RunAsync(job, embedded.Summary, time, cancellationToken);
    }

    private static Task<T> ComputeAsync<T>(
        JobRows rows, RowWork<T> work, IProgress<double> progress, CancellationToken cancellationToken) =>
        BackgroundThread.RunAsync(() => work(rows, progress, cancellationToken), rows.Count <= MostShort);

    private async Task<JobReply> RunAsync(
        JobWork work, EmbeddingSummary summary, TimeSpan wait, CancellationToken cancellationToken) =>
        new(await jobs.RunAsync(work, wait, cancellationToken), summary);

    private static async Task<JobRows> ReadAsync(
        IDocumentCollection collection, RowSelection selection, CancellationToken cancellationToken)
    {
        var settings = collection.Info.Settings;
        var sample = await DocumentSampler.ReadAsync(
            collection, selection.Filter, selection.Limit, selection.Parts, cancellationToken);
        return sample.Documents.Count < selection.Fewest
            ? throw new TooFewDocumentsException(sample.Documents.Count, selection.Fewest)
            : new JobRows(
                sample.Vectors, sample.Documents.Count, settings.Dimensions, settings.Metric, settings.Model,
                EmbeddingSummary.None)
            {
                Documents = sample.Documents,
                Matching = sample.Matching,
            };
    }
}
