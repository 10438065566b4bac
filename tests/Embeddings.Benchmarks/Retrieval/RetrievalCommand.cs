using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Embeddings.Benchmarks.Server;

namespace Embeddings.Benchmarks.Retrieval;

/// <summary>
/// How well searches of a collection find what people judged relevant: nDCG@10 over HTTP, with the model's query prompt
/// and without.
/// </summary>
internal static class RetrievalCommand
{
    private const int Found = 10;
    private const string Collection = "retrieval";

    private sealed record Judged(
        Dictionary<string, string> Docs,
        Dictionary<string, string> Queries,
        Dictionary<string, Dictionary<string, int>> Qrels);

    public static async Task<int> RunAsync(string file, string[] options, TextWriter output)
    {
        var name = options.Option("--model") ?? "all-MiniLM-L6-v2";
        await using var stream = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        var judged = (await JsonSerializer.DeserializeAsync<Judged>(stream, JsonSerializerOptions.Web))!;
        var folder = Directory.CreateTempSubdirectory("embeddings-retrieval-");
        try
        {
            await using var server = await ServerProcess.StartAsync(
                ["--Models:Default", name, "--Models:Precision", options.Option("--precision") ?? "fp32", "--Storage:Path", Path.Combine(folder.FullName, "a.db"),
                .. options.Option("--models") is { } models
                    ? new[] { "--Models:Directory", Path.GetFullPath(models) }
                    : []]);
            var (start, memory) = (server.StartTime.TotalSeconds, server.ResidentBytes / 1e6);
            using var client = new HttpClient { BaseAddress = server.Root, Timeout = Timeout.InfiniteTimeSpan };
            await ImportAsync(client, judged.Docs);
            foreach (var inputType in new[] { "query", "document" })
            {
                var gain = await MeasureAsync(client, judged, inputType);
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}, {Path.GetFileName(file)}, {judged.Qrels.Count} queries embedded as {inputType}: " +
                    $"nDCG@{Found} {gain:0.0000}"));
            }

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ready {start:0.0} s after the start, with {memory:0} MB of memory"));
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task ImportAsync(HttpClient client, Dictionary<string, string> documents)
    {
        // A document without a text cannot be embedded.
        var lines = documents.Where(document => document.Value.Length > 0)
            .Select(document => JsonSerializer.Serialize(new { id = document.Key, text = document.Value }));
        using var body = new StringContent(string.Join('\n', lines));
        using var response = await client.PostAsync(new Uri($"/collections/{Collection}/import", UriKind.Relative), body);
        var reply = await response.Content.ReadAsStringAsync();
        if (!reply.Contains("\"done\":true", StringComparison.Ordinal))
        {
            throw new InvalidDataException(reply);
        }
    }

    private static async Task<double> MeasureAsync(HttpClient client, Judged judged, string inputType)
    {
        var sum = 0.0;
        foreach (var (query, grades) in judged.Qrels)
        {
            using var response = await client.PostAsJsonAsync(
                new Uri("/search", UriKind.Relative),
                new { collection = Collection, query = judged.Queries[query], input_type = inputType, top_k = Found, include = Array.Empty<string>() });
            response.EnsureSuccessStatusCode();
            var reply = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
            var found = reply["results"]!.AsArray()
                .Select(result => grades.GetValueOrDefault(result!["id"]!.GetValue<string>()));
            sum += Gain(found) / Gain(grades.Values.OrderDescending().Take(Found));
        }

        return sum / judged.Qrels.Count;
    }

    // Linear, as trec_eval's ndcg_cut has it.
    private static double Gain(IEnumerable<int> grades) => grades.Select((grade, i) => grade / Math.Log2(i + 2)).Sum();
}
