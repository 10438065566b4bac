using System.Diagnostics;
using System.Net;
using System.Text;

namespace Embeddings.Benchmarks.Costs;

/// <summary>Requests that would have a server keep much for little.</summary>
internal static class MemoryCosts
{
    /// <summary>One document whose metadata has 5,000 fields under a name of 50,000 letters, 99 kB, five times.</summary>
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
        using var leave = new CancellationTokenSource();
        var parts = new CountdownEvent(connections);
        var imports = Enumerable.Range(0, connections).Select(async i =>
        {
            using var content = new EndlessLine(30 << 20, parts);
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"/collections/c{i}/import") { Content = content };
                using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leave.Token);
                return (int)response.StatusCode;
            }
            catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException or IOException)
            {
                return 0;
            }
        }).ToList();
        var most = before;
        for (var i = 0; i < 100 && !parts.IsSet; i++)
        {
            await Task.Delay(100);
            most = Math.Max(most, server.Megabytes);
        }

        // Those that were refused have their answers by then.
        await Task.Delay(2_000);
        most = Math.Max(most, server.Megabytes);
        leave.Cancel();
        var statuses = await Task.WhenAll(imports);
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

        report.Add("slow export", $"the write-ahead log in {length.TotalSeconds:0} s, most and last, MB", most, server.LogMegabytes);
    }

    private sealed class EndlessLine(int bytes, CountdownEvent sent) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var part = Encoding.ASCII.GetBytes(new string('a', 1 << 16));
            try
            {
                for (var i = 0; i < bytes / part.Length; i++)
                {
                    await stream.WriteAsync(part);
                }

                await stream.FlushAsync();
            }
            finally
            {
                sent.Signal();
            }

            await Task.Delay(Timeout.Infinite, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20)).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
