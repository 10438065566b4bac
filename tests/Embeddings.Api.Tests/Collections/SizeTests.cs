using System.Diagnostics.Metrics;

namespace Embeddings.Api.Tests.Collections;

/// <summary>How large collections are, as an operator sees it.</summary>
public sealed class SizeTests
{
    private static readonly string[] Documents = [.. Enumerable.Range(0, 100).Select(i => $$"""{"id": "{{i}}", "text": "{{new string('x', 1000)}}", "vector": [1, 2, 3, 4]}""")];

    [Fact]
    public async Task Collections_and_metrics_tell_documents_and_bytes_in_memory_and_on_disk()
    {
        await using var server = new Server();
        await server.AddAsync("sized", $"[{string.Join(',', Documents)}]");
        var collection = (await server.GetAsync("/collections/sized")).Json;
        Assert.Equal(collection.ToJsonString(), (await server.GetAsync("/collections")).Json["data"]![0]!.ToJsonString());
        Assert.Equal(100, collection["documents"]!.GetValue<long>());
        // 100 vectors of 4 numbers with their ids; and 100 texts of 1,000 letters.
        Assert.InRange(collection["memory_bytes"]!.GetValue<long>(), 100 * 20, 100_000);
        Assert.InRange(collection["disk_bytes"]!.GetValue<long>(), 100_000, 110_000);

        var measured = Measure("sized");
        Assert.Equal(100, measured["embeddings.collection.documents"]);
        Assert.Equal(collection["memory_bytes"]!.GetValue<long>(), measured["embeddings.collection.memory"]);
        Assert.Equal(collection["disk_bytes"]!.GetValue<long>(), measured["embeddings.collection.disk"]);
        Assert.InRange(measured["embeddings.store.disk"], 100_000, long.MaxValue);
    }

    private static Dictionary<string, long> Measure(string collection)
    {
        var measured = new Dictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Meter.Name == "Embeddings.Api")
            {
                own.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            // Other servers of this process may be measured too, and their stores closed.
            if (instrument.Name.StartsWith("embeddings.store", StringComparison.Ordinal) || (tags.Length > 0 && (string?)tags[0].Value == collection))
            {
                measured[instrument.Name] = Math.Max(value, measured.GetValueOrDefault(instrument.Name));
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return measured;
    }
}
