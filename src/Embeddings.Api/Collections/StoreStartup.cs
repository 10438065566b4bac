using System.Diagnostics.Metrics;
using Embeddings.Storage;
using Embeddings.Storage.Sqlite;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Collections;

/// <summary>There are no collections, since their file cannot be written.</summary>
internal sealed class NoStoreException() : Exception(
    "This server keeps no collections: the place of their file cannot be written. Its log says which; the setting Storage:Path names another.");

/// <summary>
/// Holds the store. It is opened, and every vector loaded, before the server listens. A place that cannot be written costs the collections only:
/// a container without a volume embeds all the same.
/// </summary>
internal sealed partial class StoreStartup(IOptions<StorageOptions> options, TimeProvider time, IMeterFactory meters, ILoggerFactory loggers, ILogger<StoreStartup> logger)
    : IHostedLifecycleService, IAsyncDisposable
{
    private SqliteDocumentStore? _store;

    /// <summary>The store.</summary>
    /// <exception cref="NoStoreException">There is none.</exception>
    public IDocumentStore Store => _store ?? throw new NoStoreException();

    /// <summary>Whether there is one.</summary>
    public bool IsOpen => _store is not null;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            _store = await SqliteDocumentStore.OpenAsync(options.Value.Settings(), time, loggers.CreateLogger<SqliteDocumentStore>(), cancellationToken);
            CollectionMetrics.Observe(meters, _store);
        }
        catch (StoreUnwritableException exception)
        {
            LogNoStore(exception.Message);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // After the last request: the host stops its server before it disposes.
    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
    }

    [LoggerMessage(LogLevel.Warning, "No collections: {Reason} Embedding, similarity and search in documents of the request work all the same. Storage:Path names another place")]
    private partial void LogNoStore(string reason);
}
