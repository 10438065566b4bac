using Embeddings.Benchmarks.Server;

namespace Embeddings.Benchmarks.Search;

/// <summary>Documents a second by each way in, each into a collection of its own.</summary>
internal sealed class IngestRun(LoadDriver driver, DocumentSet documents, TimeSpan length, Action<IngestResult> report)
{
    private const int Batch = 1000;
    private const int MostInBatches = 50_000;
    private const int MostAlone = 20_000;

    public async Task RunAsync(int texts)
    {
        // Warm-up, not reported: the server compiles its code.
        await SendAsync("warm-up", 8, Math.Min(documents.Count, 10_000), 500);
        await SendAsync("batches of 1000", 1, Math.Min(documents.Count, MostInBatches), Batch);
        await SendAsync("batches of 1000", 8, Math.Min(documents.Count, MostInBatches), Batch);
        await ImportAsync("import", documents.Lines(Math.Min(documents.Count, MostInBatches), Batch), "own");
        await SendAsync("one by one", 8, Math.Min(documents.Count, MostAlone), 1);
        await SendAsync("one by one", 64, Math.Min(documents.Count, MostAlone), 1);
        await ImportAsync("texts, imported", [.. Enumerable.Range(0, texts).Select(DocumentSet.TextLine)], "texts");
    }

    /// <summary>Imports lines into a collection and looks whether all of them were kept.</summary>
    public async Task ImportAsync(string way, byte[][] lines, string collection)
    {
        var (load, answer) = await driver.StreamAsync($"/collections/{collection}/import", lines);
        if (!answer.TrimEnd().Split('\n')[^1].Contains("\"done\":true", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"The import ended early: {answer}");
        }

        var count = lines.Sum(part => part.AsSpan().Count((byte)'\n'));
        Report(way, 1, count, load, lines.Sum(part => (long)part.Length));
    }

    private async Task SendAsync(string way, int clients, int count, int size)
    {
        var bodies = documents.Bodies(count, size);
        var load = await driver.SendAsync($"/collections/sent-{size}-{clients}/documents", clients, bodies, 3 * length);
        if (way != "warm-up")
        {
            Report(
                way,
                clients,
                Math.Min(count, (long)load.Requests * size),
                load,
                bodies.Take(load.Requests).Sum(body => (long)body.Length));
        }
    }

    private void Report(string way, int clients, long count, Load load, long bytes) => report(new IngestResult(
        way,
        clients,
        count,
        load.Seconds,
        count / load.Seconds,
        bytes / 1e6 / load.Seconds,
        load.Median,
        load.ClientCores,
        load.ServerCores));
}
