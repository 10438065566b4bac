using System.Globalization;
using Embeddings.Inference.Encoders;
using Embeddings.Inference.Models;
using Embeddings.Vectors;
using Microsoft.Extensions.AI;

namespace Embeddings.Benchmarks;

/// <summary>How near the int8 vectors of a model are to its fp32 vectors: the cosine, text by text.</summary>
internal static class PrecisionCommand
{
    public static async Task<int> RunAsync(string file, string[] options, TextWriter output)
    {
        var name = options.Option("--model") ?? "all-MiniLM-L6-v2";
        string[] folders = options.Option("--models") is { } folder
            ? [folder, LocalModel.BuiltIn]
            : [LocalModel.BuiltIn];
        string[] texts =
            [.. (await File.ReadAllLinesAsync(file)).Where(line => line.Length > 0).Distinct(StringComparer.Ordinal)];
        var wide = await EncodeAsync("fp32");
        var narrow = await EncodeAsync("int8");
        double[] cosines =
            [.. wide.Zip(narrow, (a, b) => (double)VectorMath.Cosine(a.Vector.Span, b.Vector.Span)).Order()];
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: cosine of int8 to fp32 on {texts.Length} texts: {cosines.Average():0.00000} on average, " +
            $"{cosines[cosines.Length / 100]:0.0000} at the first hundredth, {cosines[0]:0.0000} at worst"));
        return options.Option("--at-least") is { } least
            && cosines.Average() < double.Parse(least, CultureInfo.InvariantCulture) ? 1 : 0;

        async Task<GeneratedEmbeddings<Embedding<float>>> EncodeAsync(string precision)
        {
            var catalog = ModelCatalog.Read(folders, precision);
            if (catalog.Find(name) is not { } manifest || manifest.Precision != precision
                || new ModelLocator(catalog, [], "").Find(manifest, out _) is not { } files)
            {
                throw new ModelException(
                    $"There is no '{name}' with {precision} here. Make int8 weights with 'models quantize {name}' " +
                    "and name its folder with --models.");
            }

            using IEmbeddingGenerator<string, Embedding<float>> encoder = new SentenceEncoder(manifest, files);
            return await encoder.GenerateAsync(texts);
        }
    }
}
