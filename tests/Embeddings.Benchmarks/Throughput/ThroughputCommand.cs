using System.Globalization;
using System.Text.Json;
using Embeddings.Benchmarks.Server;

namespace Embeddings.Benchmarks.Throughput;

/// <summary>
/// How many texts the whole server embeds over HTTP, as a part of what the bare runtime could in the same minutes.
/// </summary>
internal static class ThroughputCommand
{
    private const string AllWorkloads = "lone,queries,bulk,mixed,beside,overload";

    private static readonly JsonSerializerOptions Json =
        new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static async Task<int> RunAsync(string[] options, TextWriter output)
    {
        using var model = new MeasuredModel(options.Option("--model"));
        var length = TimeSpan.FromSeconds(
            double.Parse(options.Option("--seconds") ?? "10", CultureInfo.InvariantCulture));
        var names = (options.Option("--workloads") ?? AllWorkloads).Split(',');
        if (names.Except(AllWorkloads.Split(',')).FirstOrDefault() is { } unknown)
        {
            output.WriteLine($"There is no workload '{unknown}'; there are {AllWorkloads}.");
            return 1;
        }

        var texts = new TextSource(model, Sentences());
        var (id, bulk) = (model.Manifest.Id, new Lazy<Workload>(() => Workload.Bulk(texts, model.Manifest.Id)));
        var table = new ThroughputTable(new ThroughputReport(Environment.ProcessorCount, id), output);
        foreach (var precision in model.Precisions.Where(precision => options.Option("--precision")?.Split(',').Contains(precision) ?? true))
        {
            await using var server = await ServerProcess.StartAsync(model.ServerSettings(precision));
            var runs = new ServerRuns(model, precision, server, texts, length);
            await runs.WarmUpAsync(Workload.Queries(texts, id));
            foreach (var name in names)
            {
                switch (name)
                {
                    case "beside":
                        foreach (var clients in ServerRuns.QueryClients)
                        {
                            table.Add(await runs.BesideAsync(id, clients));
                        }

                        break;
                    case "overload":
                        table.Add(await runs.OverloadAsync(bulk.Value));
                        break;
                    default:
                        table.Add(await runs.RunAsync(name switch
                        {
                            "lone" => Workload.Lone(texts, id),
                            "queries" => Workload.Queries(texts, id),
                            "mixed" => Workload.Mixed(texts, id),
                            _ => bulk.Value,
                        }));
                        break;
                }
            }

            if (options.Option("--peer") is { } modules)
            {
                foreach (var workload in new[] { bulk.Value, Workload.Mixed(texts, id) })
                {
                    table.Add(await runs.PeerAsync(workload, modules));
                }
            }
        }

        if (options.Option("--json") is { } file)
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(table.Report, Json));
        }

        return table.HasFailures ? 1 : 0;
    }

    private static IEnumerable<string> Sentences()
    {
        var file = Path.Combine(RepositoryFolder(), "..", "shared", "oracle", "stsb-en-dev.csv");
        return File.Exists(file) ? Csv.Read(File.ReadAllText(file)).SelectMany(row => row.Take(2)) : [];
    }

    private static string RepositoryFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Embeddings.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException(
                "The benchmarks run from inside the repository.");
        }

        return folder.FullName;
    }
}
