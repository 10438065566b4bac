using System.Diagnostics;
using System.Globalization;

namespace Embeddings.Benchmarks.Costs;

/// <summary>Requests that would have a server look at much for long.</summary>
internal static class ScanCosts
{
    private const int HealthEveryMilliseconds = 20;

    // Until the server has compiled what compares equal scores.
    private const int WarmUp = 100;

    // Two hundred thousand filters in one, of 600 kB, which let no document through.
    private static readonly string Parts =
        "{\"filter\":{\"$and\":[" + string.Concat(Enumerable.Repeat("{},", 199_999)) + "{\"n\":-1}]}}";

    // Half as many conditions as a filter may have parts: every document meets all but the last, and none that.
    private static readonly string Longest = "{\"filter\":{" + string.Concat(Enumerable.Range(0, 450).Select(i => $"\"f{i}\":{{\"$exists\":false}},")) + "\"n\":-1}}";

    // Twenty thousand values under a name of 200 kB.
    private static readonly string Values = "{\"filter\":{\"" + new string('x', 200_000) + "\":{\"$in\":[" + string.Join(',', Enumerable.Range(0, 20_000)) + "]}}}";

    /// <summary>
    /// Filters of many parts, one with many values under a long name, and a write beside a deletion by filter.
    /// </summary>
    public static async Task FiltersAsync(string? program, CostReport report)
    {
        await using var server = await CostServer.StartAsync(program, "--Limits:MaxSeconds", "3");
        await FillAsync(server, 20_000);
        report.Add("filters", "200,000 parts, /count", Of(await server.SendAsync("/collections/c/count", Parts)));
        report.Add(
            "filters",
            "$in of 20,000 under a name of 200 kB",
            Of(await server.SendAsync("/collections/c/count", Values)));
        foreach (var (name, filter, milliseconds) in new[] { ("200,000 parts", Parts, 1_000), ("451 conditions", Longest, 20) })
        {
            var deleting = server.SendAsync("/collections/c/documents/delete", filter);
            await Task.Delay(milliseconds);
            report.Add("filters", $"a write beside a deletion by {name}", Of(await server.SendAsync("/collections/c/documents", """{"documents":[{"id":"new","vector":[1,1]}]}""")));
            report.Add("filters", "that deletion", Of(await deleting));
        }
    }

    /// <summary>
    /// What a request goes on costing when its client has left or its time is over, and what 24 of them do to others.
    /// </summary>
    public static async Task ScansAsync(string? program, CostReport report, int documents)
    {
        await using var server = await CostServer.StartAsync(program, "--Limits:MaxSeconds", "1");
        await FillAsync(server, documents);
        report.Add(
            "scans",
            "a count of all, 451 conditions, at most 1 s",
            Of(await server.SendAsync("/collections/c/count", Longest)));
        using var leave = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await server.SendAsync("/collections/c/count", Longest, leave.Token);
        var spent = server.ProcessorSeconds;
        await Task.Delay(4_000);
        report.Add(
            "scans",
            "processor seconds after its client left",
            (server.ProcessorSeconds - spent).ToString("0.00", CultureInfo.InvariantCulture));

        var body = Longest[..^1] + ",\"collection\":\"c\",\"query\":[1,1]}";
        await HealthAsync(server);
        var searches = Task.WhenAll(Enumerable.Range(0, 24).Select(_ => server.SendAsync("/search", body)));
        var answered = new List<double>();
        while (!searches.IsCompleted)
        {
            answered.Add(await HealthAsync(server));
            await Task.Delay(HealthEveryMilliseconds);
        }

        answered.Sort();
        report.Add(
            "scans",
            "/health/live beside 24 of them, median and slowest, ms",
            $"{answered[answered.Count / 2]:0.0} {answered[^1]:0.0}");
        report.Add("scans", "those 24", string.Join(' ', (await searches).GroupBy(search => search.Status).Select(group => $"{group.Count()} × {group.Key}")));
    }

    /// <summary>A search among vectors that are all equal, and among vectors that are not.</summary>
    public static async Task TiesAsync(string? program, CostReport report, int documents)
    {
        const int dimensions = 384;
        await using var server = await CostServer.StartAsync(program);
        var random = new Random(1);
        var equal = Vector(random, dimensions);
        await server.ImportAsync("equal", documents, i => $$"""{"id":"{{i}}","vector":{{equal}}}""");
        await server.ImportAsync("unlike", documents, i => $$"""{"id":"{{i}}","vector":{{Vector(random, dimensions)}}}""");
        foreach (var name in new[] { "unlike", "equal" })
        {
            var times = new List<double>();
            for (var i = 0; i < WarmUp + 100; i++)
            {
                times.Add((await server.SendAsync("/search", $$"""{"collection":"{{name}}","query":{{equal}},"include":[]}""")).Seconds);
            }

            times.RemoveRange(0, WarmUp);
            times.Sort();
            report.Add(
                "ties",
                $"top 10 of {documents} {name} vectors, median, ms",
                (1000 * times[times.Count / 2]).ToString("0.0", CultureInfo.InvariantCulture));
        }
    }

    private static Task FillAsync(CostServer server, int documents) =>
        server.ImportAsync("c", documents, i => $$$"""{"id":"{{{i}}}","vector":[1,{{{i}}}],"metadata":{"n":{{{i}}}}}""");

    private static async Task<double> HealthAsync(CostServer server)
    {
        var watch = Stopwatch.StartNew();
        using var response = await server.Client.GetAsync("/health/live");
        return watch.Elapsed.TotalMilliseconds;
    }

    private static string Vector(Random random, int dimensions) =>
        $"[{string.Join(',', Enumerable.Range(0, dimensions).Select(_ => (random.NextSingle() - 0.5f).ToString("0.0000", CultureInfo.InvariantCulture)))}]";

    private static string Of((int Status, double Seconds) answer) =>
        string.Create(CultureInfo.InvariantCulture, $"{answer.Status} after {answer.Seconds:0.00} s");
}
