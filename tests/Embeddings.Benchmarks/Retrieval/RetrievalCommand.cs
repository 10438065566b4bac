using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Embeddings.Benchmarks.Server;

namespace Embeddings.Benchmarks.Retrieval;

/// <summary>
/// How well searches of a collection find what people judged relevant: nDCG@10 and recall@100 over HTTP, with the
/// model's query prompt and without. With <c>--output</c> only vectors are compared, see <see cref="OutputRun"/>.
/// </summary>
internal static class RetrievalCommand
{
    /// <param name="files">The sets, separated by commas.</param>
    /// <param name="options">Of the command line.</param>
    /// <param name="output">Gets the figures.</param>
    public static async Task<int> RunAsync(string files, string[] options, TextWriter output)
    {
        if (options.Option("--output") is not null)
        {
            return await OutputRun.RunAsync(files.Split(','), options, output);
        }

        var name = options.Option("--model") ?? "all-MiniLM-L6-v2";
        var precision = options.Option("--precision") ?? "fp32";
        var folder = Directory.CreateTempSubdirectory("embeddings-retrieval-");
        try
        {
            await using var server = await ServerProcess.StartAsync(
                ["--Models:Default", name, "--Models:Precision", precision, "--Storage:Path", Path.Combine(folder.FullName, "a.db"),
                .. options.Option("--models") is { } models
                    ? new[] { "--Models:Directory", Path.GetFullPath(models) }
                    : []]);
            var (start, memory) = (server.StartTime.TotalSeconds, server.ResidentBytes / 1e6);
            using var client = new HttpClient { BaseAddress = server.Root, Timeout = Timeout.InfiniteTimeSpan };
            foreach (var file in files.Split(','))
            {
                var judged = await JudgedSet.ReadAsync(file);
                var set = Path.GetFileName(file).Split('.')[0];
                await ImportAsync(client, set, judged.Docs);
                foreach (var inputType in new[] { "query", "document" })
                {
                    var (gain, recall) = await judged.MeasureAsync(
                        query => SearchAsync(client, set, judged.Queries[query], inputType));
                    output.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{name} {precision}, {set}, {judged.Qrels.Count} queries embedded as {inputType}: " +
                        $"nDCG@{JudgedSet.Ranked} {gain:0.0000}, recall@{JudgedSet.Found} {recall:0.0000}"));
                }
            }

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ready {start:0.0} s after the start, with {memory:0} MB of memory"));
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task ImportAsync(
        HttpClient client, string collection, Dictionary<string, string> documents)
    {
        // A document without a text cannot be embedded.
        var lines = documents.Where(document => document.Value.Length > 0)
            .Select(document => JsonSerializer.Serialize(new { id = document.Key, text = document.Value }));
        using var body = new StringContent(string.Join('\n', lines));
        using var response = await client.PostAsync(new Uri($"/collections/{collection}/import", UriKind.Relative), body);
        var reply = await response.Content.ReadAsStringAsync();
        if (!reply.Contains("\"done\":true", StringComparison.Ordinal))
        {
            throw new InvalidDataException(reply);
        }
    }

    private static async Task<IReadOnlyList<string>> SearchAsync(
        HttpClient client, string collection, string query, string inputType)
    {
        using var response = await client.PostAsJsonAsync(
            new Uri("/search", UriKind.Relative),
            new
            {
                collection,
                query,
                input_type = inputType,
                top_k = JudgedSet.Found,
                include = Array.Empty<string>(),
            });
        response.EnsureSuccessStatusCode();
        var reply = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
        return [.. reply["results"]!.AsArray().Select(result => result!["id"]!.GetValue<string>())];
    }
}
