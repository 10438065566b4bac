using System.IO.Compression;
using System.Text.Json;

namespace Embeddings.Benchmarks.Retrieval;

/// <summary>Documents, queries, and which documents people judged relevant to each query.</summary>
/// <param name="Docs">Texts by id.</param>
/// <param name="Queries">Texts by id.</param>
/// <param name="Qrels">Query → document → grade.</param>
internal sealed record JudgedSet(
    Dictionary<string, string> Docs,
    Dictionary<string, string> Queries,
    Dictionary<string, Dictionary<string, int>> Qrels)
{
    /// <summary>Ranks that nDCG counts.</summary>
    public const int Ranked = 10;

    /// <summary>Ranks that recall counts.</summary>
    public const int Found = 100;

    /// <summary>Reads a set from compressed JSON.</summary>
    public static async Task<JudgedSet> ReadAsync(string file)
    {
        await using var stream = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        return (await JsonSerializer.DeserializeAsync<JudgedSet>(stream, JsonSerializerOptions.Web))!;
    }

    /// <summary>nDCG@10 and recall@100 over all queries.</summary>
    /// <param name="rank">Query → ids of the first 100 documents, the best first.</param>
    public async Task<(double Gain, double Recall)> MeasureAsync(Func<string, Task<IReadOnlyList<string>>> rank)
    {
        var (gain, recall) = (0.0, 0.0);
        foreach (var (query, grades) in Qrels)
        {
            var found = (await rank(query)).Select(id => grades.GetValueOrDefault(id)).ToList();
            gain += GainOf(found.Take(Ranked)) / GainOf(grades.Values.OrderDescending().Take(Ranked));
            recall += found.Count(grade => grade > 0) / (double)grades.Values.Count(grade => grade > 0);
        }

        return (gain / Qrels.Count, recall / Qrels.Count);
    }

    // Linear, as trec_eval's ndcg_cut has it.
    private static double GainOf(IEnumerable<int> grades) =>
        grades.Select((grade, i) => grade / Math.Log2(i + 2)).Sum();
}
