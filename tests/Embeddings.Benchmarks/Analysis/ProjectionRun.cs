using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Embeddings.Analysis.Projection;
using Embeddings.Vectors;

namespace Embeddings.Benchmarks.Analysis;

/// <summary>One projection to two dimensions: its time, and how faithful it is.</summary>
/// <param name="Name">Who made it.</param>
/// <param name="Points">Vectors.</param>
/// <param name="Seconds">By the clock.</param>
/// <param name="ProcessorSeconds">Of all threads.</param>
/// <param name="Quality">Over 15 neighbours, by the cosine.</param>
internal sealed record ProjectionRun(
    string Name, int Points, double Seconds, double ProcessorSeconds, ProjectionQuality Quality)
{
    private const int Neighbors = 15;

    private static readonly JsonSerializerOptions SnakeCase = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private sealed record Answer(string Name, double Seconds, double ProcessorSeconds, string Positions);

    public static string Header =>
        $"{"method",-22}{"points",8}{"s",9}{"CPU s",9}{"trust",9}{"kept",9}" +
        $"   / ours: {"s",8}{"CPU s",8}{"trust",9}{"kept",9}";

    /// <summary>Our own, the second of two runs below 5,000 points, since the first waits for the compiler.</summary>
    public static ProjectionRun Ours(string method, ReadOnlyMemory<float> vectors, int dimensions, int threads)
    {
        var count = vectors.Length / dimensions;
        ProjectionRun? run = null;
        for (var i = count < 5_000 ? 2 : 1; i > 0; i--)
        {
            using var process = Process.GetCurrentProcess();
            var (before, clock) = (process.TotalProcessorTime, Stopwatch.StartNew());
            var positions = method switch
            {
                "pca" => Pca.Fit(vectors, dimensions, 2, threads).Transform(vectors, threads),
                "umap" => Umap.Fit(vectors, dimensions, new UmapOptions(), threads).Positions,
                "tsne" => Tsne.Fit(vectors, dimensions, new TsneOptions(), threads).Positions,
                _ => throw new ArgumentException($"'{method}' is none of pca, umap, tsne.", nameof(method)),
            };
            var seconds = clock.Elapsed.TotalSeconds;
            process.Refresh();
            run = new ProjectionRun(
                method, count, seconds, (process.TotalProcessorTime - before).TotalSeconds,
                QualityOf(vectors, dimensions, positions));
        }

        return run!;
    }

    /// <summary>umap-learn's or scikit-learn's, without the time of their import and of numba's compiler.</summary>
    public static async Task<ProjectionRun> ReferenceAsync(
        string python, string method, ReadOnlyMemory<float> vectors, int dimensions)
    {
        var command = python.Split(' ');
        var script = await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "Analysis", "projection_reference.py"));
        var start = new ProcessStartInfo(command[0], [.. command[1..], "-c", script, method, $"{dimensions}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        await process.StandardInput.BaseStream.WriteAsync(MemoryMarshal.AsBytes(vectors.Span).ToArray());
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        var answer = JsonSerializer.Deserialize<Answer>(await output, SnakeCase)!;
        var positions = MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(answer.Positions)).ToArray();
        return new ProjectionRun(
            answer.Name, vectors.Length / dimensions, answer.Seconds, answer.ProcessorSeconds,
            QualityOf(vectors, dimensions, positions));
    }

    /// <summary>
    /// The run as a line of the table, with its figures as multiples of another's, or less that one's.
    /// </summary>
    public string Line(ProjectionRun? own)
    {
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{Name,-22}{Points,8}{Seconds,9:0.00}{ProcessorSeconds,9:0.00}" +
            $"{Quality.Trustworthiness,9:0.0000}{Quality.NeighborsKept,9:0.0000}");
        return own is null ? line : line + string.Create(
            CultureInfo.InvariantCulture,
            $"{"",11}{Seconds / own.Seconds,8:0.0}x{ProcessorSeconds / own.ProcessorSeconds,7:0.0}x" +
            $"{Quality.Trustworthiness - own.Quality.Trustworthiness,9:+0.0000;-0.0000}" +
            $"{Quality.NeighborsKept - own.Quality.NeighborsKept,9:+0.0000;-0.0000}");
    }

    private static ProjectionQuality QualityOf(ReadOnlyMemory<float> vectors, int dimensions, float[] positions) =>
        ProjectionQuality.Of(vectors, dimensions, Metric.Cosine, positions, Neighbors);
}
