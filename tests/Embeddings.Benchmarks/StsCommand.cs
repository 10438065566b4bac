using System.Globalization;
using Embeddings.Inference;
using Embeddings.Inference.Models;
using Embeddings.Vectors;
using Microsoft.Extensions.AI;

namespace Embeddings.Benchmarks;

/// <summary>How well a model's cosines order sentence pairs as people do: the STS benchmark.</summary>
internal static class StsCommand
{
    private const double Tolerance = 0.1;

    public static async Task<int> RunAsync(string file, string[] options, TextWriter output)
    {
        var name = Option(options, "--model") ?? "static-en-384";
        var catalog = ModelCatalog.Read(Option(options, "--models") ?? RepositoryModels(), Option(options, "--precision"));
        if (catalog.Find(name) is not { } manifest)
        {
            output.WriteLine($"There is no model '{name}' in {catalog.Directory}.");
            return 1;
        }

        var pairs = Csv.Read(await File.ReadAllTextAsync(file)).Select(row => row is [var first, var second, var score]
            ? (First: first, Second: second, Score: double.Parse(score, CultureInfo.InvariantCulture))
            : throw new InvalidDataException($"{file} must have three columns: sentence 1, sentence 2, score.")).ToList();
        using IEmbeddingGenerator<string, Embedding<float>> encoder = new SentenceEncoder(manifest, Option(options, "--files") ?? catalog.HomeOf(manifest));
        var vectors = await encoder.GenerateAsync(pairs.SelectMany(pair => new[] { pair.First, pair.Second }));
        var cosines = pairs.Select((_, i) => (double)VectorMath.Cosine(vectors[2 * i].Vector.Span, vectors[(2 * i) + 1].Vector.Span));
        var spearman = RankCorrelation.Spearman([.. cosines], [.. pairs.Select(pair => pair.Score)]);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{manifest.Id} ({manifest.Precision}): Spearman {100 * spearman:0.00} on {pairs.Count} pairs of {Path.GetFileName(file)}"));
        return Option(options, "--expect") is { } expected && Math.Abs((100 * spearman) - double.Parse(expected, CultureInfo.InvariantCulture)) > Tolerance ? 1 : 0;
    }

    private static string? Option(string[] options, string name) =>
        Array.IndexOf(options, name) is >= 0 and var at && at + 1 < options.Length ? options[at + 1] : null;

    internal static string RepositoryModels()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Embeddings.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The benchmarks run from inside the repository.");
        }

        return Path.Combine(folder.FullName, "models");
    }
}
