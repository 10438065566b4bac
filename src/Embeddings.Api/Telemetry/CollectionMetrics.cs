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
            () => Of(store, collection => collection.Count),
            "{document}",
            "Documents in a collection");
        meter.CreateObservableGauge(
            "embeddings.collection.memory",
            () => Of(store, collection => collection.Size.MemoryBytes),
            "By",
            "Bytes of memory that a collection takes, about");
        meter.CreateObservableGauge(
            "embeddings.collection.disk",
            () => Of(store, collection => collection.Size.DiskBytes ?? 0),
            "By",
            "Bytes that a collection's documents take on disk, about");
        meter.CreateObservableGauge(
            "embeddings.store.disk",
            () => store.DiskBytes,
            "By",
            "Bytes of the file of all collections, and of its log");
    }

    private static IEnumerable<Measurement<long>> Of(IDocumentStore store, Func<IDocumentCollection, long> value) =>
        store.Collections.Select(collection => new Measurement<long>(
            value(collection), new KeyValuePair<string, object?>("collection", collection.Info.Name)));
}
