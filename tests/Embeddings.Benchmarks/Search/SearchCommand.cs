using System.Globalization;
using System.Text.Json;
using Embeddings.Benchmarks.Server;
using Embeddings.Vectors.Simd;

namespace Embeddings.Benchmarks.Search;

/// <summary>
/// How quick the whole server is over HTTP: documents in, searches out, and the start; with the bare index beside it.
/// </summary>
internal static class SearchCommand
{
    private static readonly JsonSerializerOptions Json =
        new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static async Task<int> RunAsync(string[] options, TextWriter output)
    {
        int[] counts = Numbers(options.Option("--documents") ?? "100000,1000000");
        int[] clients = Numbers(options.Option("--clients") ?? "1,8,64");
        var dimensions = Numbers(options.Option("--dimensions") ?? "384")[0];
        var length = TimeSpan.FromSeconds(
            double.Parse(options.Option("--seconds") ?? "10", CultureInfo.InvariantCulture));
        var texts = Numbers(options.Option("--texts") ?? "20000")[0];
        var report = new SearchReport(Environment.ProcessorCount, dimensions);
        Write(output, $"{report.Processors} processors for the server and its clients, codes with {CodeKernel.Instructions}, {dimensions} dimensions");

        var folder = Directory.CreateTempSubdirectory("embeddings-search-");
        try
        {
            var documents = new DocumentSet(counts[0], dimensions);
            var emptyBytes = await IngestAsync(folder, documents, length, texts, Add);
            foreach (var count in counts)
            {
                documents = documents.Count == count ? documents : new DocumentSet(count, dimensions);
                var path = Path.Combine(folder.FullName, $"{count}.db");
                var run = new StoreRun(documents, dimensions, path, length);
                await using var server = await ServerProcess.StartAsync("--Storage:Path", path);
                using (var driver = new LoadDriver(server))
                {
                    Write(output, $"\n{count} documents");
                    await run.FillAsync(driver, Add);
                    Write(output, $"\n{"clients",-12}{"filter",8}{"p50, ms",10}{"p99, ms",10}{"/ s",9}{"p50 of bare",13}{"/ s of bare",13}{"client cores",14}{"server cores",14}{"CPU ms a search",17}");
                    await run.SearchAsync(driver, clients, AddSearch);
                }

                var store = await run.RestartAsync(server, emptyBytes);
                report.Stores.Add(store);
                Write(output, $"\nstopped in {store.StopSeconds:0.00} s, ready again {store.StartSeconds:0.00} s after the start, of which loading took {store.LoadSeconds:0.00} s");
                Write(output, $"a document: {store.MemoryBytes:0} bytes of memory, {store.DiskBytes:0} bytes on disk");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        if (options.Option("--json") is { } file)
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report, Json));
        }

        return 0;

        void Add(IngestResult result)
        {
            if (report.Ingest.Count == 0)
            {
                Write(output, $"\n{"way in",-20}{"clients",8}{"documents",11}{"/ s",9}{"MB/s",8}{"p50, ms",10}{"client cores",14}{"server cores",14}");
            }

            report.Ingest.Add(result);
            Write(output, $"{result.Way,-20}{result.Clients,8}{result.Documents,11}{result.PerSecond,9:0}{result.MegabytesPerSecond,8:0.0}{result.RequestMilliseconds,10:0.0}{result.ClientCores,14:0.00}{result.ServerCores,14:0.00}");
        }

        void AddSearch(SearchResult result)
        {
            report.Searches.Add(result);
            Write(output, $"{(result.Clients == 0 ? "bare index" : result.Clients),-12}{(result.Filtered ? "1 %" : ""),8}{result.Median,10:0.000}{result.Percentile99,10:0.000}{result.PerSecond,9:0}{result.OfBareMedian,13:0.00}{result.OfBareRate,13:0.00}{result.ClientCores,14:0.00}{result.ServerCores,14:0.00}{result.ProcessorMilliseconds,17:0.000}");
        }
    }

    // In a store of its own, so that these documents do not change other figures.
    private static async Task<long> IngestAsync(
        DirectoryInfo folder, DocumentSet documents, TimeSpan length, int texts, Action<IngestResult> report)
    {
        await using var server = await ServerProcess.StartAsync(
            "--Storage:Path", Path.Combine(folder.FullName, "ingest.db"));
        await Task.Delay(TimeSpan.FromSeconds(2));
        var emptyBytes = server.ResidentBytes;
        using (var driver = new LoadDriver(server))
        {
            await new IngestRun(driver, documents, length, report).RunAsync(texts);
        }

        await server.StopAsync();
        return emptyBytes;
    }

    private static void Write(TextWriter output, FormattableString line) =>
        output.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static int[] Numbers(string list) =>
        [.. list.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
}
