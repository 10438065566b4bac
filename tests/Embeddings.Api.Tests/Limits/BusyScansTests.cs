using System.Net;
using Embeddings.Vectors.Index;

namespace Embeddings.Api.Tests.Limits;

/// <summary>Whatever scans, short requests are answered.</summary>
public sealed class BusyScansTests
{
    private const int Documents = 20_000;
    private const int Searches = 24;

    // Every document meets all of its conditions but the last.
    private static readonly string Filter =
        "{" + string.Concat(Enumerable.Range(0, 300).Select(i => $"\"f{i}\": {{\"$exists\": false}}, ")) + "\"n\": -1}";

    [Fact]
    public async Task Health_answers_while_every_scan_waits_and_what_waits_too_long_is_ended()
    {
        await using var server = new Server(
            new() { ["Limits:MaxDocuments"] = $"{Documents}", ["Limits:MaxSeconds"] = "2" });
        await server.AddAsync("own", "[" + string.Join(',', Enumerable.Range(0, Documents).Select(i => $$$"""{"id": "{{{i}}}", "vector": [1, {{{i}}}], "metadata": {"n": {{{i}}}}}""")) + "]");
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
        Assert.Equal(0, (await server.PostAsync($$$"""{"filter": {{{Filter}}}}""", "/collections/own/count")).Json["count"]!.GetValue<int>());
    }

    private sealed class Waiting(ManualResetEventSlim free) : IThreadPoolWorkItem
    {
        public void Execute() => free.Wait(TimeSpan.FromSeconds(60));
    }
}
