using System.Globalization;
using Embeddings.Inference.Encoders;
using Embeddings.Vectors;
using Microsoft.Extensions.AI;

namespace Embeddings.Benchmarks;

/// <summary>How well a model's cosines order sentence pairs as people do: the STS benchmark.</summary>
internal static class StsCommand
{
    public static async Task<int> RunAsync(string file, string[] options, TextWriter output)
    {
        if (LocalModel.Find(options, output) is not { } model)
        {
            return 1;
        }

        var pairs = Csv.Read(await File.ReadAllTextAsync(file)).Select(row => row is [var first, var second, var score]
            ? (First: first, Second: second, Score: double.Parse(score, CultureInfo.InvariantCulture))
            : throw new InvalidDataException(
                $"{file} must have three columns: sentence 1, sentence 2, score.")).ToList();
        using IEmbeddingGenerator<string, Embedding<float>> encoder = new SentenceEncoder(model.Manifest, model.Files);
        var vectors = await encoder.GenerateAsync(pairs.SelectMany(pair => new[] { pair.First, pair.Second }));
        var least = double.PositiveInfinity;
        foreach (var form in OutputForm.Of(options, model.Manifest))
        {
            var read = vectors.Select(vector => form.Read(vector.Vector.Span)).ToList();
            var cosines = pairs.Select((_, i) => (double)VectorMath.Cosine(read[2 * i], read[(2 * i) + 1]));
            var score = 100 * RankCorrelation.Spearman([.. cosines], [.. pairs.Select(pair => pair.Score)]);
            least = Math.Min(least, score);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{model.Manifest.Id} ({model.Manifest.Precision}, {form}): Spearman {score:0.00} on {pairs.Count} " +
                $"pairs of {Path.GetFileName(file)}"));
        }

        return options.Option("--at-least") is { } bound
            && least < double.Parse(bound, CultureInfo.InvariantCulture) ? 1 : 0;
    }
}
