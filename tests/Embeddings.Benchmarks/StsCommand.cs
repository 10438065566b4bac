using System.Globalization;
using Embeddings.Inference.Encoders;
using Embeddings.Inference.Models;
using Embeddings.Vectors;
using Microsoft.Extensions.AI;

namespace Embeddings.Benchmarks;

/// <summary>How well a model's cosines order sentence pairs as people do: the STS benchmark.</summary>
internal static class StsCommand
{
    public static async Task<int> RunAsync(string file, string[] options, TextWriter output)
    {
        var name = options.Option("--model") ?? "all-MiniLM-L6-v2";
        var precision = options.Option("--precision") ?? "fp32";
        string[] folders = options.Option("--models") is { } folder ? [folder, BuiltInModels] : [BuiltInModels];
        var catalog = ModelCatalog.Read(folders, precision);
        if (catalog.Find(name) is not { } manifest || manifest.Precision != precision)
        {
            output.WriteLine($"There is no model '{name}' with {precision}; the models here are {catalog.Names}.");
            return 1;
        }

        if (new ModelLocator(catalog, [], "").Find(manifest, out var problems) is not { } files)
        {
            output.WriteLine($"The files of '{name}' are not here. {string.Join(' ', problems)}");
            return 1;
        }

        var pairs = Csv.Read(await File.ReadAllTextAsync(file)).Select(row => row is [var first, var second, var score]
            ? (First: first, Second: second, Score: double.Parse(score, CultureInfo.InvariantCulture))
            : throw new InvalidDataException(
                $"{file} must have three columns: sentence 1, sentence 2, score.")).ToList();
        using IEmbeddingGenerator<string, Embedding<float>> encoder = new SentenceEncoder(manifest, files);
        var vectors = await encoder.GenerateAsync(pairs.SelectMany(pair => new[] { pair.First, pair.Second }));
        var cosines = pairs.Select(
            (_, i) => (double)VectorMath.Cosine(vectors[2 * i].Vector.Span, vectors[(2 * i) + 1].Vector.Span));
        var spearman = RankCorrelation.Spearman([.. cosines], [.. pairs.Select(pair => pair.Score)]);
        var score = 100 * spearman;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{manifest.Id} ({precision}): Spearman {score:0.00} on {pairs.Count} pairs of {Path.GetFileName(file)}"));
        return options.Option("--at-least") is { } least
            && score < double.Parse(least, CultureInfo.InvariantCulture) ? 1 : 0;
    }

    /// <summary>The models that come with the program, as the build has put them beside the benchmarks.</summary>
    internal static string BuiltInModels => Path.Combine(AppContext.BaseDirectory, "models");
}
