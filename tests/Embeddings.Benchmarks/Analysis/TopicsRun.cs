using System.Diagnostics;
using System.Globalization;
using Embeddings.Analysis.Clustering;
using Embeddings.Analysis.Topics;

namespace Embeddings.Benchmarks.Analysis;

/// <summary>One search for topics: its time, and how far the topics are the known labels.</summary>
internal static class TopicsRun
{
    public static string Header =>
        $"{"topics",-22}{"points",8}{"s",9}{"CPU s",9}{"found",9}{"outliers",10}{"NMI",9}{"ARI",9}";

    /// <summary>
    /// Finds topics, without being told how many and with the number of labels, and writes a line for each.
    /// </summary>
    /// <param name="vectors">[points, dimensions]</param>
    /// <param name="dimensions">Numbers of a vector.</param>
    /// <param name="texts">[points], or empty.</param>
    /// <param name="labels">[points] the known labels, or empty.</param>
    /// <param name="threads">0 for all processors.</param>
    /// <param name="output">Where lines go.</param>
    public static void Write(
        ReadOnlyMemory<float> vectors, int dimensions, string[] texts, int[] labels, int threads, TextWriter output)
    {
        int?[] counts = labels.Length == 0 ? [null] : [null, labels.Distinct().Count()];
        foreach (var count in counts)
        {
            using var process = Process.GetCurrentProcess();
            var (before, clock) = (process.TotalProcessorTime, Stopwatch.StartNew());
            var result = TopicModel.Fit(vectors, dimensions, texts, new() { Count = count, Threads = threads });
            var seconds = clock.Elapsed.TotalSeconds;
            process.Refresh();
            int[] found = [.. result.Documents.Select(document => document.Topic)];
            var (information, rand) = labels.Length == 0 ? (double.NaN, double.NaN)
                : (Agreement.NormalizedMutualInformation(labels, found), Agreement.AdjustedRandIndex(labels, found));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{(count is null ? "number found" : "number given"),-22}{found.Length,8}{seconds,9:0.00}" +
                $"{(process.TotalProcessorTime - before).TotalSeconds,9:0.00}{result.Topics.Count,9}" +
                $"{result.OutlierShare,10:0.000}{information,9:0.000}{rand,9:0.000}"));
        }
    }
}
