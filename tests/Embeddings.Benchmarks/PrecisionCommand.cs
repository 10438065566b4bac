using System.Globalization;
using Embeddings.Inference;
using Embeddings.Inference.Models;
using Embeddings.Vectors;
using Microsoft.Extensions.AI;

namespace Embeddings.Benchmarks;

/// <summary>How near a model's 8-bit vectors are to those of 32 bits: the cosine, text by text.</summary>
internal static class PrecisionCommand
{
    public static async Task<int> RunAsync(string file, string[] options, TextWriter output)
    {
        var name = Option(options, "--model") ?? "all-MiniLM-L6-v2";
        var models = Option(options, "--models") ?? StsCommand.RepositoryModels();
        if (ModelCatalog.Read(models).Find(name) is null)
        {
            output.WriteLine($"There is no model '{name}' in {models}.");
            return 1;
        }

        string[] texts = [.. (await File.ReadAllLinesAsync(file)).Where(line => line.Length > 0).Distinct(StringComparer.Ordinal)];
        var wide = await EncodeAsync("fp32");
        var narrow = await EncodeAsync("int8");
        double[] cosines = [.. wide.Zip(narrow, (a, b) => (double)VectorMath.Cosine(a.Vector.Span, b.Vector.Span)).Order()];
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: cosine of int8 to fp32 on {texts.Length} texts: {cosines.Average():0.00000} on average, {cosines[cosines.Length / 100]:0.0000} at the first hundredth, {cosines[0]:0.0000} at worst"));
        return Option(options, "--expect") is { } least && cosines.Average() < double.Parse(least, CultureInfo.InvariantCulture) ? 1 : 0;

        async Task<GeneratedEmbeddings<Embedding<float>>> EncodeAsync(string precision)
        {
            var catalog = ModelCatalog.Read(models, precision);
            var manifest = catalog.Find(name)!;
            if (manifest.Precision != precision)
            {
                throw new ModelException($"'{manifest.Id}' has no {precision} weights. Make 8 bits with 'models quantize {manifest.Name}'.");
            }

            using IEmbeddingGenerator<string, Embedding<float>> encoder = new SentenceEncoder(manifest, Option(options, "--files") ?? catalog.HomeOf(manifest));
            return await encoder.GenerateAsync(texts);
        }
    }

    private static string? Option(string[] options, string name) =>
        Array.IndexOf(options, name) is >= 0 and var at && at + 1 < options.Length ? options[at + 1] : null;
}
