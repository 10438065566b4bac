using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Embeddings.Inference.Models;

namespace Embeddings.Benchmarks.Families;

/// <summary>
/// How fast models of the sizes that people serve are here, beside the all-MiniLM-L6-v2 that comes with the program:
/// their weights are random, on which speed does not depend.
/// </summary>
internal static class FamiliesCommand
{
    private const string Beside = "all-MiniLM-L6-v2";

    /// <param name="options">Of the command line.</param>
    /// <param name="output">Gets the table.</param>
    public static async Task<int> RunAsync(string[] options, TextWriter output)
    {
        var tokens = int.Parse(options.Option("--tokens") ?? "128", CultureInfo.InvariantCulture);
        var seconds = double.Parse(options.Option("--seconds") ?? "6", CultureInfo.InvariantCulture);
        if (options.Option("--measure") is { } measured)
        {
            output.WriteLine(JsonSerializer.Serialize(await FamilyRun.MeasureAsync(measured, tokens, seconds)));
            return 0;
        }

        var python = options.Option("--python") ?? Environment.GetEnvironmentVariable("EMBEDDINGS_TEST_PYTHON")
            ?? "python3";
        var largest = options.Option("--largest") is { } gigabytes
            ? 1e9 * double.Parse(gigabytes, CultureInfo.InvariantCulture)
            : FamilyModel.UsualBytes;
        using var beside = Load();
        output.WriteLine(
            $"fp32, {Environment.ProcessorCount} processors, texts of {tokens} tokens; the last column is to {Beside}");
        output.WriteLine("| model | weights | memory, at most | first vector | tokens/s | ratio |");
        output.WriteLine("|---|---|---|---|---|---|");
        var only = options.Option("--only") ?? "";
        foreach (var model in FamilyModel.All.Where(model => model.Name.Contains(only, StringComparison.Ordinal)))
        {
            output.WriteLine(model.Bytes > largest
                ? $"| {model.Name} | {model.Bytes / 1e6:0} MB | left out: --largest | | | |"
                : await RowAsync(model, beside, python, tokens, seconds));
        }

        return 0;
    }

    private static FamilyRun Load()
    {
        var catalog = ModelCatalog.Read([LocalModel.BuiltIn], "fp32");
        var manifest = catalog.Find(Beside)!;
        return new FamilyRun(manifest, new ModelLocator(catalog, [], "").Find(manifest, out _)!);
    }

    private static async Task<string> RowAsync(
        FamilyModel model, FamilyRun beside, string python, int tokens, double seconds)
    {
        var folder = Directory.CreateTempSubdirectory("embeddings-family-");
        try
        {
            await FamilyMaker.MakeAsync(python, model, folder.FullName);
            var bytes = folder.EnumerateFiles("model.onnx*").Sum(file => file.Length);
            // Before and after it, because a machine that others use is not always equally fast.
            var before = await beside.SpeedAsync(tokens, seconds / 4);
            var result = await InOwnProcessAsync(folder.FullName, tokens, seconds);
            var after = await beside.SpeedAsync(tokens, seconds / 4);
            var usual = (before + after) / 2;
            var (resident, peak) = (result.ResidentBytes / 1e6, result.PeakBytes / 1e6);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"| {model.Name} | {bytes / 1e6:0} MB | {resident:0}, {peak:0} MB | {result.LoadSeconds:0.0} s | " +
                $"{result.TokensASecond:0} | {result.TokensASecond / usual:0.00} |");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // So that its memory is its own.
    private static async Task<FamilyResult> InOwnProcessAsync(string folder, int tokens, double seconds)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                typeof(FamiliesCommand).Assembly.Location, "families", "--measure", folder,
                "--tokens", $"{tokens}", "--seconds", seconds.ToString(CultureInfo.InvariantCulture),
            ])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<FamilyResult>(line)!
            : throw new InvalidOperationException($"The model of {folder} did not run.");
    }
}
