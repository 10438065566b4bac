using System.Net;
using Embeddings.Vectors.Index;

namespace Embeddings.Api.Tests.Limits;

/// <summary>Whatever scans, short requests are answered.</summary>
public sealed class BusyScansTests
{
    // In parts, each of which a slow machine takes within the limit, too.
    private const int Parts = 20;
    private const int PartDocuments = 1000;
    private const int Searches = 24;

    // Every document meets all of its conditions but the last.
    private static readonly string Filter =
        "{" + string.Concat(Enumerable.Range(0, 300).Select(i => $"\"f{i}\": {{\"$exists\": false}}, ")) + "\"n\": -1}";

    [Fact]
    public async Task Health_answers_while_every_scan_waits_and_what_waits_too_long_is_ended()
    {
        await using var server = new Server(
            new() { ["Limits:MaxDocuments"] = $"{Parts * PartDocuments}", ["Limits:MaxSeconds"] = "2" });
        for (var part = 0; part < Parts; part++)
        {
            var documents = Enumerable.Range(part * PartDocuments, PartDocuments)
                .Select(i => $$$"""{"id": "{{{i}}}", "vector": [1, {{{i}}}], "metadata": {"n": {{{i}}}}}""");
            await server.AddAsync("own", $"[{string.Join(',', documents)}]");
        }

        using var free = new ManualResetEventSlim();
        for (var i = 0; i < Environment.ProcessorCount; i++)
        {
            ScanThreads.Queue(new Waiting(free));
        }

        var searches = Enumerable.Range(0, Searches).Select(_ => server.PostAsync($$$"""{"collection": "own", "query": [1, 1], "filter": {{{Filter}}}}""", "/search")).ToList();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health/live")).Status);
        }

        Assert.All(await Task.WhenAll(searches), reply => Assert.Equal(HttpStatusCode.GatewayTimeout, reply.Status));
        free.Set();
        // A short filter, so that the answer does not hang on how fast the machine is.
        Assert.Equal(1, (await server.PostAsync("""{"filter": {"n": 7}}""", "/collections/own/count")).Json["count"]!.GetValue<int>());
    }

    private sealed class Waiting(ManualResetEventSlim free) : IThreadPoolWorkItem
    {
        public void Execute() => free.Wait(TimeSpan.FromSeconds(60));
    }
}
