using System.Globalization;

namespace Embeddings.Benchmarks.Costs;

/// <summary>What small requests can cost a server: memory, processors, and the time of others.</summary>
internal static class CostsCommand
{
    public static async Task<int> RunAsync(string[] options, TextWriter output)
    {
        var program = options.Option("--program");
        var documents = int.Parse(options.Option("--documents") ?? "200000", CultureInfo.InvariantCulture);
        var export = TimeSpan.FromSeconds(double.Parse(options.Option("--export") ?? "90", CultureInfo.InvariantCulture));
        var report = new CostReport(output);
        await MemoryCosts.LongNamesAsync(program, report);
        await ScanCosts.FiltersAsync(program, report);
        await ScanCosts.ScansAsync(program, report, documents);
        await MemoryCosts.EndlessLinesAsync(program, report);
        await MemoryCosts.SlowExportAsync(program, report, export);
        await ScanCosts.TiesAsync(program, report, documents / 2);
        return 0;
    }
}

/// <summary>Lines of figures.</summary>
internal sealed class CostReport(TextWriter output)
{
    public void Add(string cost, string figure, string value) => output.WriteLine($"{cost,-15}{figure,-60}{value}");

    public void Add(string cost, string figure, double before, double after) =>
        Add(cost, figure, string.Create(CultureInfo.InvariantCulture, $"{before:0} → {after:0}"));
}
