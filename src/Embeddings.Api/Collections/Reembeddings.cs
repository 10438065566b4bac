using System.Runtime.CompilerServices;
using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Embeddings.Api.Retrieval;
using Embeddings.Api.Wire;
using Embeddings.Storage;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Collections;

/// <summary>
/// Moves collections to other models in the background, one move a collection at a time. The store asks for vectors of
/// its documents, and the texts are embedded here. At start it logs which collections have a model that is not served.
/// Safe for any number of threads.
/// </summary>
internal sealed partial class Reembeddings(
    CollectionStore collections, ModelRegistry registry, CollectionModels models, InputVectors vectors,
    IOptions<LimitsOptions> limits, TimeProvider time, ILogger<Reembeddings> logger)
    : IHostedService, IDisposable
{
    // [CLS], [SEP], and a prompt.
    private const int SpecialTokens = 64;

    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(5);

    // By the collection and not by its name, so that a collection that is deleted takes its move with it.
    private readonly ConditionalWeakTable<IDocumentCollection, Run> _runs = [];
    private readonly Dictionary<Run, Task> _running = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();

    /// <summary>A collection as clients see it.</summary>
    public async Task<CollectionObject> ObjectAsync(IDocumentCollection collection, CancellationToken cancellationToken)
    {
        var status = await collection.GetStatusAsync(cancellationToken);
        return CollectionObject.Of(
            collection.Info, status, _runs.TryGetValue(collection, out var run) ? run.Object : null);
    }

    /// <summary>Begins to move a collection, unless the same move runs already.</summary>
    /// <returns>Whether it has begun now.</returns>
    /// <exception cref="InvalidRequestException">The request is wrong.</exception>
    /// <exception cref="DocumentsWithoutTextException">Documents have no text, and are not to be dropped.</exception>
    /// <exception cref="ReembeddingConflictException">It is moving to another model already.</exception>
    public async Task<bool> BeginAsync(
        IDocumentCollection collection, ReembedRequest request, CancellationToken cancellationToken)
    {
        var model = registry.ResolveKnown(
            request.Model ?? throw new InvalidRequestException(
                "'$.model' is invalid: it is required and cannot be null.", "model"));
        var dimensions = NewCollections.DimensionsOf(request.Dimensions, model.Manifest);
        var asked = new Run(model, dimensions, request.Drop ?? false);
        if (IsRunning(collection, asked))
        {
            return false;
        }

        if (!asked.Drop && await collection.CountWithoutTextAsync(cancellationToken) is > 0 and var count)
        {
            throw new DocumentsWithoutTextException(collection.Info.Name, count);
        }

        var total = (await collection.GetStatusAsync(cancellationToken)).Documents;
        lock (_lock)
        {
            if (IsRunning(collection, asked))
            {
                return false;
            }

            asked.Report(0, total);
            _runs.AddOrUpdate(collection, asked);
            // The move outlives the request that began it, so nothing of the request (trace, log scope) may flow into
            // it.
            using (ExecutionContext.SuppressFlow())
            {
                _running[asked] = Task.Run(() => RunAsync(collection, asked, total), CancellationToken.None);
            }
        }

        return true;
    }

    /// <summary>Says which collections have a model that is not served: their texts cannot be embedded.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var collection in collections.IsOpen ? await collections.Store.ListAsync(cancellationToken) : [])
        {
            var (name, settings) = (collection.Info.Name, collection.Info.Settings);
            if (settings.Model is { } model && !models.IsServed(model))
            {
                LogNotServed(name, model, models.WaysOn(name, model));
            }
        }
    }

    /// <summary>Ends the moves that run. Their collections stay as they are.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        Task[] running;
        lock (_lock)
        {
            running = [.. _running.Values];
        }

        await Task.WhenAll(running);
    }

    // Cancelled and not disposed of: a host may stop its services again after it has disposed of them. A source without
    // a timer holds nothing that must be freed.
    public void Dispose() => _stopping.Cancel();

    private bool IsRunning(IDocumentCollection collection, Run asked)
    {
        if (!_runs.TryGetValue(collection, out var run) || !run.IsRunning)
        {
            return false;
        }

        return run.IsSameAs(asked) ? true : throw new ReembeddingConflictException(
            $"Collection '{collection.Info.Name}' is being moved to '{run.Model.Manifest.Id}' with {run.Dimensions} " +
            $"dimensions{(run.Drop ? " and \"drop\": true" : "")}. Wait until that has ended.");
    }

    private async Task RunAsync(IDocumentCollection collection, Run run, long total)
    {
        var name = collection.Info.Name;
        var (start, shown) = (time.GetTimestamp(), time.GetTimestamp());
        try
        {
            LogBegun(name, collection.Info.Settings.Model, run.Model.Manifest.Id, total);
            var settings = CollectionModels.SettingsOf(
                run.Model.Manifest, run.Dimensions, collection.Info.Settings.Metric);
            var request = new Storage.ReembedRequest(
                run.Model.Manifest.Id, run.Dimensions, (documents, token) => EmbedAsync(run, documents, token))
            {
                DocumentPrompt = settings.DocumentPrompt,
                QueryPrompt = settings.QueryPrompt,
                DropsDocumentsWithoutText = run.Drop,
                Progress = Report,
            };
            var moved = await collection.ReembedAsync(request, _stopping.Token);
            var kept = (await moved.GetStatusAsync(CancellationToken.None)).Documents;
            LogDone(name, run.Model.Manifest.Id, kept, time.GetElapsedTime(start).TotalSeconds);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            LogStopped(name, run.Model.Manifest.Id);
        }
        catch (CollectionNotFoundException)
        {
            LogDeleted(name);
        }
        catch (Exception exception)
        {
            run.Fail(ErrorTable.Of(exception).Message);
            LogFailed(exception, name, run.Model.Manifest.Id);
        }
        finally
        {
            lock (_lock)
            {
                _running.Remove(run);
            }
        }

        void Report(long done, long of)
        {
            run.Report(done, of);
            if (time.GetElapsedTime(shown) >= ProgressEvery)
            {
                shown = time.GetTimestamp();
                LogProgress(name, run.Model.Manifest.Id, done, of);
            }
        }
    }

    // A move is never refused because too many tokens wait: the part that is done would be thrown away. It is split so
    // that no part has more tokens than a request may have, since its documents were accepted one by one.
    private async Task<IReadOnlyList<ReadOnlyMemory<float>>> EmbedAsync(
        Run run, IReadOnlyList<Document> documents, CancellationToken cancellationToken)
    {
        var rows = new List<ReadOnlyMemory<float>>(documents.Count);
        while (rows.Count < documents.Count)
        {
            // A character is at most one token.
            var room = (long)limits.Value.MaxTokens;
            var part = documents.Skip(rows.Count).TakeWhile(
                (document, i) => (room -= document.Text!.Length + SpecialTokens) >= 0 || i == 0).ToList();
            rows.AddRange(await EmbedTogetherAsync(run, part, cancellationToken));
        }

        return rows;
    }

    private async Task<ReadOnlyMemory<float>[]> EmbedTogetherAsync(
        Run run, List<Document> documents, CancellationToken cancellationToken)
    {
        var items = documents.Select(document => new TextOrVector { Text = document.Text }).ToList();
        var rows = await vectors.ResolveAsync(
            items,
            i => $"documents['{documents[i].Id}'].text",
            () => run.Model,
            (model, _) => Prompts.Document(model),
            run.Dimensions,
            cancellationToken,
            isBegun: true);
        return rows.Rows;
    }

    [LoggerMessage(LogLevel.Warning, "Collection {Collection} holds vectors of {Model}, which is not served: its " +
        "texts cannot be embedded. {WaysOn}")]
    private partial void LogNotServed(string collection, string model, string waysOn);

    [LoggerMessage(LogLevel.Information, "Re-embedding {Collection}: from {Before} to {Model}, {Documents} documents")]
    private partial void LogBegun(string collection, string? before, string model, long documents);

    [LoggerMessage(LogLevel.Information, "Re-embedding {Collection} with {Model}: {Done} of {Of} documents")]
    private partial void LogProgress(string collection, string model, long done, long of);

    [LoggerMessage(LogLevel.Information, "Re-embedded {Collection} with {Model}: {Documents} documents in " +
        "{Seconds:0.0} s")]
    private partial void LogDone(string collection, string model, long documents, double seconds);

    [LoggerMessage(LogLevel.Warning, "Re-embedding {Collection} with {Model} has not ended before the server: the " +
        "collection is as before, and it has to be asked for again")]
    private partial void LogStopped(string collection, string model);

    [LoggerMessage(LogLevel.Information, "Collection {Collection} was deleted while it was re-embedded")]
    private partial void LogDeleted(string collection);

    [LoggerMessage(LogLevel.Warning, "Re-embedding {Collection} with {Model} failed: the collection is as before")]
    private partial void LogFailed(Exception exception, string collection, string model);

    /// <summary>A move and its progress.</summary>
    private sealed class Run(ServedModel model, int dimensions, bool drop)
    {
        private volatile ReembeddingObject _object = new("running", model.Manifest.Id, dimensions, 0, 0, null);

        public ServedModel Model => model;

        public int Dimensions => dimensions;

        public bool Drop => drop;

        public ReembeddingObject Object => _object;

        public bool IsRunning => _object.Error is null;

        public bool IsSameAs(Run other) => (model, dimensions, drop) == (other.Model, other.Dimensions, other.Drop);

        public void Report(long done, long of) => _object = _object with { Done = done, Of = of };

        public void Fail(string error) => _object = _object with { Status = "failed", Error = error };
    }
}
