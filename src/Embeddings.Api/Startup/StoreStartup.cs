using System.Diagnostics.Metrics;
using Embeddings.Api.Retrieval;
using Embeddings.Api.Telemetry;
using Embeddings.Storage;
using Embeddings.Storage.Sqlite;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Startup;

/// <summary>
/// The life of the store: it is opened, and every vector loaded, before the server listens. Where its file cannot be
/// written, as in a container without a volume, the server embeds all the same and only has no collections.
/// </summary>
internal sealed partial class StoreStartup(
    CollectionStore collections, IOptions<StorageOptions> options, TimeProvider time, IMeterFactory meters,
    ILoggerFactory loggers, ILogger<StoreStartup> logger)
    : IHostedService, IAsyncDisposable
{
    private SqliteDocumentStore? _store;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _store = await SqliteDocumentStore.OpenAsync(
                options.Value.Settings(), time, loggers.CreateLogger<SqliteDocumentStore>(), cancellationToken);
            CollectionMetrics.Observe(meters, _store);
            collections.Open(_store);
        }
        catch (StoreUnwritableException exception)
        {
            LogNoStore(exception.Message);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // The host stops its server before it disposes of services, so no request needs the store any more.
    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
    }

    [LoggerMessage(LogLevel.Warning, "No collections: {Reason} Embedding, similarity and search in documents of the " +
        "request work all the same. Storage:Path names another place")]
    private partial void LogNoStore(string reason);
}
