using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Embeddings.Benchmarks.Server;
using Embeddings.Vectors;
using Embeddings.Vectors.Index;

namespace Embeddings.Benchmarks.Search;

/// <summary>
/// A collection of one size: filled, searched by each number of clients, and loaded again by another process.
/// </summary>
internal sealed partial class StoreRun(DocumentSet documents, int dimensions, string path, TimeSpan length)
{
    private const string Collection = "documents";
    private const int Queries = 256;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _warmUp = length / 4;

    /// <summary>Fills the collection by an import.</summary>
    public async Task FillAsync(LoadDriver driver, Action<IngestResult> report) =>
        await new IngestRun(driver, documents, length, report).ImportAsync($"import of {documents.Count}", documents.Lines(documents.Count, 1000), Collection);

    /// <summary>Searches the bare index while the server rests, and then the server.</summary>
    public async Task SearchAsync(LoadDriver driver, IReadOnlyList<int> clients, Action<SearchResult> report)
    {
        foreach (var filtered in new[] { false, true })
        {
            var bare = Bare(filtered);
            report(bare);
            var bodies = DocumentSet.Searches(Queries, dimensions, Collection, filtered);
            foreach (var count in clients)
            {
                var load = await driver.RepeatAsync("/search", count, bodies, _warmUp, length);
                report(new SearchResult(
                    documents.Count, count, filtered, load.Median, load.Percentile99, load.Rate,
                    load.Median / bare.Median, load.Rate / bare.PerSecond, load.ClientCores, load.ServerCores, load.ServerMilliseconds));
            }
        }
    }

    /// <summary>Stops the server and starts it again on the same file.</summary>
    /// <param name="server">The one that runs.</param>
    /// <param name="emptyBytes">Memory of a server without documents.</param>
    public async Task<StoreResult> RestartAsync(ServerProcess server, long emptyBytes)
    {
        var stop = await server.StopAsync();
        await using var next = await ServerProcess.StartAsync("--Storage:Path", path);
        await Task.Delay(Settling);
        var bytes = Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*").Sum(
            file => new FileInfo(file).Length);
        var loaded = LoadedLine().Match(next.Log) is { Success: true } line
            ? double.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"The server does not say how long it loaded:\n{next.Log}");
        var result = new StoreResult(
            documents.Count,
            stop.TotalSeconds,
            next.StartTime.TotalSeconds,
            loaded,
            (double)(next.ResidentBytes - emptyBytes) / documents.Count,
            (double)bytes / documents.Count);
        await next.StopAsync();
        return result;
    }

    private SearchResult Bare(bool filtered)
    {
        var index = new FlatIndex(dimensions, Metric.Cosine);
        index.Upsert([.. Enumerable.Range(0, documents.Count).Select(i => (long)i)], documents.Vectors);
        var queries = Flat.VectorSets.Make("clustered", Queries, dimensions, seed: 2);
        Search(_warmUp);
        var used = Environment.CpuUsage.TotalTime;
        var ticks = Search(length);
        var load = Load.Of(
            ticks, new TimeSpan(ticks.Sum()), (used, default), (Environment.CpuUsage.TotalTime, default));
        return new SearchResult(
            documents.Count,
            0,
            filtered,
            load.Median,
            load.Percentile99,
            load.Rate,
            1,
            1,
            load.ClientCores,
            0,
            1000 * load.ClientCores / load.Rate);

        List<long> Search(TimeSpan time)
        {
            var (times, all) = (new List<long>(), Stopwatch.StartNew());
            for (var i = 0; all.Elapsed < time; i++)
            {
                var (query, shelf, one) = (i % Queries, i % Queries % DocumentSet.Shelves, Stopwatch.StartNew());
                index.Search(
                    queries.AsSpan(query * dimensions, dimensions), 10,
                    filtered ? id => id % DocumentSet.Shelves == shelf : null);
                times.Add(one.Elapsed.Ticks);
            }

            return times;
        }
    }

    [GeneratedRegex("loaded in ([0-9.]+) s")]
    private static partial Regex LoadedLine();
}
