using System.Diagnostics.Metrics;
using System.Net;
using Embeddings.Api.Startup;
using Microsoft.Extensions.DependencyInjection;

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
        Assert.Equal(
            collection.ToJsonString(), (await server.GetAsync("/collections")).Json["data"]![0]!.ToJsonString());
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

    [Fact]
    public async Task A_collection_that_does_not_fit_in_memory_says_so_and_everything_else_works()
    {
        var folder = Directory.CreateTempSubdirectory("embeddings-size-");
        try
        {
            var settings =
                new Dictionary<string, string?> { ["Storage:Path"] = Path.Combine(folder.FullName, "kept.db") };
            var vector = string.Join(',', Enumerable.Repeat("1", 384));
            await using (var server = new Server(settings))
            {
                // 1.9 MB of memory.
                await server.AddAsync("large", $"[{string.Join(',', Enumerable.Range(0, 1000).Select(i => $$"""{"id": "{{i}}", "vector": [{{vector}}]}"""))}]");
                await server.AddAsync("small", """[{"id": "a", "vector": [1, 2]}]""");
            }

            await using var limited = new Server(
                settings, services => services.Configure<StorageOptions>(options => options.MostMemoryBytes = 1 << 20));
            const string Sentence = "Collection 'large' is not loaded: the server has no memory for its 1000 documents";
            (string Path, string Body)[] requests =
            [
                ("/search", $$"""{"collection": "large", "query": [{{vector}}]}"""),
                ("/collections/large/count", "{}"),
                ("/collections/large/documents", $$"""{"documents": [{"vector": [{{vector}}]}]}"""),
            ];
            foreach (var (path, body) in requests)
            {
                var reply = (await limited.PostAsync(body, path)).AssertEnvelope(HttpStatusCode.ServiceUnavailable);
                Assert.StartsWith(Sentence, reply.Message, StringComparison.Ordinal);
            }

            var listed = (await limited.GetAsync("/collections")).Json["data"]!.AsArray().ToDictionary(
                item => item!["name"]!.GetValue<string>(), item => item!["problem"]?.GetValue<string>());
            Assert.StartsWith(Sentence, listed["large"], StringComparison.Ordinal);
            Assert.Null(listed["small"]);
            Assert.Equal(HttpStatusCode.OK, (await limited.PostAsync(new { input = "a" })).Status);
            Assert.Equal(["a"], (await limited.PostAsync("""{"collection": "small", "query": [1, 2]}""", "/search")).Ids());
            // The line that says what the vectors are, and a line for each document.
            Assert.Equal(
                1001, (await limited.GetAsync("/collections/large/export")).Text.Count(letter => letter == '\n'));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
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
