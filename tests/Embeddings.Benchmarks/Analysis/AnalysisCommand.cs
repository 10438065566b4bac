using System.Globalization;
using System.Runtime.InteropServices;
using Embeddings.Benchmarks.Flat;
using Embeddings.Inference.Encoders;
using Embeddings.Inference.Models;
using Microsoft.Extensions.AI;

namespace Embeddings.Benchmarks.Analysis;

/// <summary>How quick and how faithful projections are, beside umap-learn and scikit-learn in the same run.</summary>
internal static class AnalysisCommand
{
    private const int SyntheticDimensions = 384;

    public static async Task<int> RunAsync(string[] options, TextWriter output)
    {
        var only = (options.Option("--only") ?? "pca,umap,tsne").Split(',');
        if (only.Contains("classifier"))
        {
            using var run = new ClassifierRun(
                options.Option("--labelled") ?? "labelled", options.Option("--model") ?? "all-MiniLM-L6-v2",
                int.Parse(options.Option("--threads") ?? "0", CultureInfo.InvariantCulture), output);
            await run.RunAsync();
            return 0;
        }

        int[] counts = [.. (options.Option("--points") ?? "1000,10000").Split(',')
            .Select(count => int.Parse(count, CultureInfo.InvariantCulture))];
        var threads = int.Parse(options.Option("--threads") ?? "0", CultureInfo.InvariantCulture);
        var python = options.Option("--python") ?? Environment.GetEnvironmentVariable("EMBEDDINGS_TEST_UMAP");
        var (vectors, dimensions) = await VectorsAsync(options, counts.Max());
        int[] known = [.. counts.Select(count => Math.Min(count, vectors.Length / dimensions)).Distinct()];
        if (only.Contains("topics"))
        {
            var (texts, labels) = (Lines(options, "--texts"), Numbered(Lines(options, "--labels")));
            output.WriteLine(TopicsRun.Header);
            foreach (var count in known)
            {
                TopicsRun.Write(
                    vectors.AsMemory(0, count * dimensions), dimensions, [.. texts.Take(count)],
                    [.. labels.Take(count)], threads, output);
            }
        }

        var projections = only.Where(method => method != "topics").ToArray();
        output.WriteLine(projections.Length == 0 ? "" : ProjectionRun.Header);
        foreach (var count in known)
        {
            var rows = vectors.AsMemory(0, count * dimensions);
            foreach (var method in projections)
            {
                var own = ProjectionRun.Ours(method, rows, dimensions, threads);
                output.WriteLine(own.Line(null));
                if (python is not null)
                {
                    output.WriteLine((await ProjectionRun.ReferenceAsync(python, method, rows, dimensions)).Line(own));
                }
            }
        }

        return 0;
    }

    private static string[] Lines(string[] options, string name) =>
        options.Option(name) is { } file ? [.. File.ReadLines(file).Where(line => line.Length > 0)] : [];

    private static int[] Numbered(string[] labels)
    {
        var numbers = new Dictionary<string, int>();
        return [.. labels.Select(label =>
        {
            numbers.TryAdd(label, numbers.Count);
            return numbers[label];
        })];
    }

    // Of texts by the model that comes with the program, of a file, or made.
    private static async Task<(float[] Vectors, int Dimensions)> VectorsAsync(string[] options, int count)
    {
        if (options.Option("--vectors") is { } file)
        {
            var dimensions = int.Parse(
                options.Option("--dimensions") ?? $"{SyntheticDimensions}", CultureInfo.InvariantCulture);
            return (MemoryMarshal.Cast<byte, float>(await File.ReadAllBytesAsync(file)).ToArray(), dimensions);
        }

        if (options.Option("--texts") is not { } texts)
        {
            return (VectorSets.Make("clustered", count, SyntheticDimensions, seed: 1), SyntheticDimensions);
        }

        var catalog = ModelCatalog.Read([LocalModel.BuiltIn], "fp32");
        var manifest = catalog.Find(options.Option("--model") ?? "all-MiniLM-L6-v2")
            ?? throw new ModelException($"The models here are {catalog.Names}.");
        var files = new ModelLocator(catalog, [], "").Find(manifest, out var problems)
            ?? throw new ModelException(string.Join(' ', problems));
        using IEmbeddingGenerator<string, Embedding<float>> encoder = new SentenceEncoder(manifest, files);
        var lines = (await File.ReadAllLinesAsync(texts)).Where(line => line.Length > 0).Take(count);
        var embeddings = await encoder.GenerateAsync(lines);
        return ([.. embeddings.SelectMany(embedding => embedding.Vector.ToArray())], manifest.Dimensions);
    }
}
