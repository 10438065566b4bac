using System.Diagnostics;

namespace Embeddings.Benchmarks.Costs;

/// <summary>Requests that would have a server keep much for little.</summary>
internal static class MemoryCosts
{
    /// <summary>
    /// One document whose metadata has 5,000 fields under a name of 50,000 letters, 99 kB, five times.
    /// </summary>
    public static async Task LongNamesAsync(string? program, CostReport report)
    {
        await using var server = await CostServer.StartAsync(program);
        var before = server.Megabytes;
        var statuses = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            var fields = string.Join(',', Enumerable.Range(0, 5_000).Select(field => $"\"f{field}\":1"));
            var body = "{\"query\":[1],\"documents\":[{\"vector\":[1],\"metadata\":{\"" + new string((char)('a' + i), 50_000) + "\":{" + fields + "}}}]}";
            statuses.Add((await server.SendAsync("/search", body)).Status);
        }

        report.Add("long names", "answers", string.Join(' ', statuses));
        report.Add("long names", "memory, MB", before, server.Megabytes);
    }

    /// <summary>32 imports that send 30 MB each without a line feed, and stay.</summary>
    public static async Task EndlessLinesAsync(string? program, CostReport report)
    {
        const int connections = 32;
        await using var server = await CostServer.StartAsync(program);
        var before = server.Megabytes;
        using var sent = new CountdownEvent(connections);
        var imports = Enumerable.Range(0, connections).Select(i => EndlessImport.SendAsync(server.Root, $"c{i}", 30 << 20, sent)).ToList();
        var most = before;
        for (var i = 0; i < 100 && !sent.IsSet; i++)
        {
            await Task.Delay(100);
            most = Math.Max(most, server.Megabytes);
        }

        // Those that are refused have their answers by then.
        await Task.Delay(2_000);
        most = Math.Max(most, server.Megabytes);
        var statuses = await Task.WhenAll(imports.Select(async import => (await import).End()));
        report.Add("endless lines", "refused with 429", $"{statuses.Count(status => status == 429)} of {connections}");
        report.Add("endless lines", "memory, MB", before, most);
    }

    /// <summary>An export whose reader does not read, while others write.</summary>
    public static async Task SlowExportAsync(string? program, CostReport report, TimeSpan length)
    {
        const int documents = 20_000, dimensions = 384, written = 1_000;
        await using var server = await CostServer.StartAsync(program);
        var vector = string.Join(',', Enumerable.Repeat("0.123456", dimensions));
        await server.ImportAsync("c", documents, i => $$"""{"id":"{{i}}","vector":[{{vector}}]}""");
        using var export = await server.Client.GetAsync("/collections/c/export", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await export.Content.ReadAsStreamAsync();
        var before = server.LogMegabytes;
        var (most, watch) = (before, Stopwatch.StartNew());
        while (watch.Elapsed < length)
        {
            var items = string.Join(',', Enumerable.Range(0, written).Select(i => $$"""{"id":"{{i}}","vector":[{{vector}}]}"""));
            await server.SendAsync("/collections/c/documents", $$"""{"documents":[{{items}}]}""");
            most = Math.Max(most, server.LogMegabytes);
        }

        report.Add(
            "slow export",
            $"the write-ahead log in {length.TotalSeconds:0} s, most and last, MB",
            most,
            server.LogMegabytes);
    }
}
