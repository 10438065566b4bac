using System.Globalization;

namespace Embeddings.Benchmarks.Costs;

/// <summary>What small requests can cost a server: memory, processors, and the time of others.</summary>
internal static class CostsCommand
{
    public static async Task<int> RunAsync(string[] options, TextWriter output)
    {
        var program = options.Option("--program");
        var documents = int.Parse(options.Option("--documents") ?? "200000", CultureInfo.InvariantCulture);
        var export = TimeSpan.FromSeconds(
            double.Parse(options.Option("--export") ?? "90", CultureInfo.InvariantCulture));
        var report = new CostReport(output);
        (string Name, Func<Task> Measure)[] costs =
        [
            ("names", () => MemoryCosts.LongNamesAsync(program, report)),
            ("filters", () => ScanCosts.FiltersAsync(program, report)),
            ("scans", () => ScanCosts.ScansAsync(program, report, documents)),
            ("lines", () => MemoryCosts.EndlessLinesAsync(program, report)),
            ("export", () => MemoryCosts.SlowExportAsync(program, report, export)),
            ("ties", () => ScanCosts.TiesAsync(program, report, documents)),
        ];
        var wanted = options.Option("--only")?.Split(',') ?? [.. costs.Select(cost => cost.Name)];
        foreach (var cost in costs.Where(cost => wanted.Contains(cost.Name)))
        {
            await cost.Measure();
        }

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
