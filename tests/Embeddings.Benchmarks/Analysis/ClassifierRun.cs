using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Embeddings.Analysis.Classification;
using Embeddings.Analysis.Numerics;
using Embeddings.Inference.Encoders;
using Embeddings.Inference.Models;
using Microsoft.Extensions.AI;

namespace Embeddings.Benchmarks.Analysis;

/// <summary>
/// How good and how quick classifiers are: on Banking77 with more and more examples a label, and on CLINC150 with
/// questions that have none of the labels. A folder has the texts as <c>NAME.txt</c>, a line each, their labels as
/// <c>NAME.labels.txt</c>, and perhaps the vectors as <c>NAME.f32</c>.
/// </summary>
internal sealed class ClassifierRun(string folder, string model, int threads, TextWriter output) : IDisposable
{
    private static readonly int[] ExamplesOfLabel = [0, 1, 4, 8, 16];

    // Draws of a few examples, whose mean is told.
    private const int Draws = 5;

    private readonly Lazy<IEmbeddingGenerator<string, Embedding<float>>> _encoder = new(() => Load(model));

    public async Task RunAsync()
    {
        var (train, test) = (await ReadAsync("banking77-train"), await ReadAsync("banking77-test"));
        var (labels, names) = await NamesAsync(train.Labels);
        output.WriteLine($"Banking77: {labels.Length} labels, accuracy on {test.Labels.Length}");
        foreach (var count in ExamplesOfLabel)
        {
            var accuracies = Enumerable.Range(0, count == 0 ? 1 : Draws).Select(draw =>
                AccuracyOf(Train(labels, names, train, Draw(train.Labels, count, draw)).Classifier, test)).ToList();
            Write($"{count,6} examples a label  {accuracies.Average():0.0000}  " +
                $"({accuracies.Min():0.0000} to {accuracies.Max():0.0000} in {accuracies.Count} draws)");
        }

        var (alone, validated) = (Time(() => Alone(labels, train)), Time(() => Train(labels, names, train, null)));
        var all = validated.Result;
        Write($"   all {train.Labels.Length,6} examples  {AccuracyOf(all.Classifier, test):0.0000}  " +
            $"trained in {alone.Seconds:0.00} s ({alone.ProcessorSeconds:0.00} CPU s), with the names and the report " +
            $"in {validated.Seconds:0.00} s ({validated.ProcessorSeconds:0.00} CPU s)");
        Write($"       cross-validated {all.Report!.Accuracy:0.0000}, temperature {all.Classifier.Temperature:0.00}, " +
            $"calibration error {all.Report.CalibrationError:0.000}, threshold {all.Report.Threshold:0.000}");

        var (clinc, known) = (await ReadAsync("clinc-train"), await ReadAsync("clinc-test"));
        var unknown = await ReadAsync("clinc-oos_test");
        (labels, names) = await NamesAsync(clinc.Labels);
        var trained = Train(labels, names, clinc, null);
        var threshold = (float)trained.Report!.Threshold;
        Write($"CLINC150: accuracy {AccuracyOf(trained.Classifier, known):0.0000}; with the threshold " +
            $"{threshold:0.000} {AccuracyOf(trained.Classifier, known, threshold):0.0000}, and " +
            $"{RefusedOf(trained.Classifier, unknown, threshold):0.000} of {unknown.Labels.Length} questions out of " +
            $"scope are refused");
    }

    public void Dispose()
    {
        if (_encoder.IsValueCreated)
        {
            _encoder.Value.Dispose();
        }
    }

    private void Write(string line) => output.WriteLine(line);

    private static SentenceEncoder Load(string model)
    {
        var catalog = ModelCatalog.Read([LocalModel.BuiltIn], "fp32");
        var manifest = catalog.Find(model) ?? throw new ModelException($"The models here are {catalog.Names}.");
        var files = new ModelLocator(catalog, [], "").Find(manifest, out var problems)
            ?? throw new ModelException(string.Join(' ', problems));
        return new SentenceEncoder(manifest, files);
    }

    private async Task<(float[] Vectors, string[] Labels)> ReadAsync(string name)
    {
        var labels = await File.ReadAllLinesAsync(Path.Combine(folder, $"{name}.labels.txt"));
        var vectors = Path.Combine(folder, $"{name}.f32");
        return (File.Exists(vectors)
            ? MemoryMarshal.Cast<byte, float>(await File.ReadAllBytesAsync(vectors)).ToArray()
            : await EmbedAsync(await File.ReadAllLinesAsync(Path.Combine(folder, $"{name}.txt"))), labels);
    }

    // Labels as the server reads them: card_arrival means "card arrival".
    private async Task<(string[] Labels, float[] Names)> NamesAsync(string[] labels)
    {
        string[] distinct = [.. labels.Distinct().Order(StringComparer.Ordinal)];
        return (distinct, await EmbedAsync([.. distinct.Select(label => label.Replace('_', ' ').Replace('-', ' '))]));
    }

    private async Task<float[]> EmbedAsync(string[] texts) =>
        [.. (await _encoder.Value.GenerateAsync(texts)).SelectMany(embedding => embedding.Vector.ToArray())];

    private static int[] Draw(string[] labels, int count, int draw)
    {
        var random = new Random(draw);
        return
        [
            .. labels.Index().GroupBy(item => item.Item).OrderBy(group => group.Key, StringComparer.Ordinal)
                .SelectMany(group => group.Select(item => item.Index).OrderBy(_ => random.Next()).Take(count)),
        ];
    }

    private TrainedClassifier Train(string[] labels, float[] names, (float[] Vectors, string[] Labels) set, int[]? rows)
    {
        var dimensions = names.Length / labels.Length;
        var vectors = rows is null
            ? set.Vectors
            : [.. rows.SelectMany(row => set.Vectors[(row * dimensions)..((row + 1) * dimensions)])];
        var classes = Indices(labels, rows is null ? set.Labels : rows.Select(row => set.Labels[row]));
        return ClassifierTraining.Train(new(labels, names, vectors, classes), threads: threads);
    }

    // The regression alone, as scikit-learn's fit.
    private LinearModel Alone(string[] labels, (float[] Vectors, string[] Labels) set)
    {
        using var team = new ThreadTeam(threads, CancellationToken.None);
        return new LogisticRegression(
            set.Vectors, Indices(labels, set.Labels), labels.Length, ClassifierTraining.DefaultStrength, team)
            .Train(LogisticRegression.Fine, Progress.Of(null));
    }

    private static int[] Indices(string[] labels, IEnumerable<string> names) =>
        [.. names.Select(name => Array.BinarySearch(labels, name, StringComparer.Ordinal))];

    private static (T Result, double Seconds, double ProcessorSeconds) Time<T>(Func<T> action)
    {
        action();
        using var process = Process.GetCurrentProcess();
        var (before, clock) = (process.TotalProcessorTime, Stopwatch.StartNew());
        var result = action();
        var seconds = clock.Elapsed.TotalSeconds;
        process.Refresh();
        return (result, seconds, (process.TotalProcessorTime - before).TotalSeconds);
    }

    private static double AccuracyOf(
        Classifier classifier, (float[] Vectors, string[] Labels) set, float threshold = 0) =>
        Answers(classifier, set.Vectors, threshold).Zip(set.Labels).Count(pair => pair.First == pair.Second)
            / (double)set.Labels.Length;

    private static double RefusedOf(Classifier classifier, (float[] Vectors, string[] Labels) set, float threshold) =>
        Answers(classifier, set.Vectors, threshold).Count(answer => answer is null) / (double)set.Labels.Length;

    private static IEnumerable<string?> Answers(Classifier classifier, float[] vectors, float threshold) =>
        classifier.Probabilities(vectors).Chunk(classifier.Labels.Count).Select(row =>
        {
            var best = TensorPrimitives.IndexOfMax<float>(row);
            return row[best] >= threshold ? classifier.Labels[best] : null;
        });
}
