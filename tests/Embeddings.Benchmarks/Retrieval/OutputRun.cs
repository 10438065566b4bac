using System.Globalization;
using Embeddings.Inference;
using Embeddings.Inference.Encoders;
using Embeddings.Vectors;

namespace Embeddings.Benchmarks.Retrieval;

/// <summary>
/// How well documents are found by vectors in the forms in which the server sends them: documents and queries are
/// embedded once, and every query is compared with every document in each form.
/// </summary>
internal static class OutputRun
{
    /// <param name="files">The sets.</param>
    /// <param name="options">Of the command line.</param>
    /// <param name="output">Gets the figures.</param>
    public static async Task<int> RunAsync(string[] files, string[] options, TextWriter output)
    {
        if (LocalModel.Find(options, output) is not { } model)
        {
            return 1;
        }

        using var encoder = new SentenceEncoder(model.Manifest, model.Files);
        foreach (var file in files)
        {
            var judged = await JudgedSet.ReadAsync(file);
            var set = Path.GetFileName(file).Split('.')[0];
            var documents = await EmbedAsync(judged.Docs.Where(document => document.Value.Length > 0), "document");
            var queries = await EmbedAsync(judged.Queries.Where(query => judged.Qrels.ContainsKey(query.Key)), "query");
            foreach (var form in OutputForm.Of(options, model.Manifest))
            {
                var read = documents.Select(document => (document.Key, Vector: form.Read(document.Value))).ToList();
                var (gain, recall) = await judged.MeasureAsync(
                    query => Task.FromResult(Rank(form.Read(queries[query]), read)));
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{model.Manifest.Id} ({model.Manifest.Precision}, {form}), {set}, {judged.Qrels.Count} queries: " +
                    $"nDCG@{JudgedSet.Ranked} {gain:0.0000}, recall@{JudgedSet.Found} {recall:0.0000}"));
            }
        }

        return 0;

        async Task<Dictionary<string, float[]>> EmbedAsync(
            IEnumerable<KeyValuePair<string, string>> texts, string prompt)
        {
            var vectors = new Dictionary<string, float[]>();
            var encoding = new EncodingOptions { Prompt = model.Manifest.Prompts?.GetValueOrDefault(prompt) };
            foreach (var chunk in texts.Chunk(256))
            {
                var made = await encoder.GenerateAsync(chunk.Select(text => text.Value), encoding);
                for (var i = 0; i < chunk.Length; i++)
                {
                    vectors[chunk[i].Key] = made[i].Vector.ToArray();
                }
            }

            return vectors;
        }
    }

    private static IReadOnlyList<string> Rank(float[] query, List<(string Id, float[] Vector)> documents) =>
    [
        .. documents.OrderByDescending(document => VectorMath.Cosine(query, document.Vector))
            .Take(JudgedSet.Found).Select(document => document.Id),
    ];
}
