using System.Diagnostics.Metrics;
using Embeddings.Storage;

namespace Embeddings.Api.Telemetry;

/// <summary>Metrics of the collections, by name, and of the file that holds them.</summary>
internal static class CollectionMetrics
{
    public static void Observe(IMeterFactory factory, IDocumentStore store)
    {
        var meter = factory.Create("Embeddings.Api");
        meter.CreateObservableGauge(
            "embeddings.collection.documents",
            () => Of(store, status => status.Documents),
            "{document}",
            "Documents in a collection");
        meter.CreateObservableGauge(
            "embeddings.collection.memory",
            () => Of(store, status => status.MemoryBytes),
            "By",
            "Bytes of memory that a collection takes, about");
        meter.CreateObservableGauge(
            "embeddings.collection.disk",
            () => Of(store, status => status.DiskBytes ?? 0),
            "By",
            "Bytes that a collection's documents take on disk, about");
        meter.CreateObservableGauge(
            "embeddings.store.disk",
            () => Now(store.GetDiskBytesAsync(CancellationToken.None)),
            "By",
            "Bytes of the file of all collections, and of its log");
    }

    private static IEnumerable<Measurement<long>> Of(IDocumentStore store, Func<CollectionStatus, long> value) =>
        Now(store.ListAsync(CancellationToken.None)).Select(collection => new Measurement<long>(
            value(Now(collection.GetStatusAsync(CancellationToken.None))),
            new KeyValuePair<string, object?>("collection", collection.Info.Name)));

    // A gauge is observed synchronously, on the thread of whoever collects metrics.
    private static T Now<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
