using System.Diagnostics;
using Embeddings.Inference.Encoders;
using Embeddings.Inference.Models;

namespace Embeddings.Benchmarks.Families;

/// <summary>What a model took in a process of its own.</summary>
/// <param name="LoadSeconds">From its files to the first vector.</param>
/// <param name="ResidentBytes">Memory of the process afterwards.</param>
/// <param name="PeakBytes">The most that it had.</param>
/// <param name="TokensASecond">With every worker at work.</param>
internal sealed record FamilyResult(double LoadSeconds, long ResidentBytes, long PeakBytes, double TokensASecond);

/// <summary>Loads a model and has it read texts for some seconds.</summary>
internal sealed class FamilyRun : IDisposable
{
    // Two batches of 128 tokens each: no worker waits for another at the end of a request.
    private const int TextsARequest = 4;
    private const int QueryWords = 8;

    // [CLS], [SEP], and of a pair another [SEP].
    private const int SpecialOfText = 2;
    private const int SpecialOfPair = 3;

    private readonly ITextModel _model;

    /// <param name="manifest">The model.</param>
    /// <param name="folder">Its files.</param>
    public FamilyRun(ModelManifest manifest, string folder) => _model = manifest.Kind == ModelKind.CrossEncoder
        ? new CrossEncoder(manifest, folder)
        : new SentenceEncoder(manifest, folder);

    /// <summary>Loads the model of a folder and measures it.</summary>
    public static async Task<FamilyResult> MeasureAsync(string folder, int tokens, double seconds)
    {
        var watch = Stopwatch.StartNew();
        using var run = new FamilyRun(ModelManifest.Read(Path.Combine(folder, "model.json")), folder);
        await run.ReadAsync(new Random(1), tokens);
        var load = watch.Elapsed.TotalSeconds;
        var speed = await run.SpeedAsync(tokens, seconds);
        using var process = Process.GetCurrentProcess();
        return new(load, process.WorkingSet64, process.PeakWorkingSet64, speed);
    }

    /// <summary>Tokens a second, special ones included.</summary>
    /// <param name="tokens">Tokens of a text.</param>
    /// <param name="seconds">How long requests begin.</param>
    public async Task<double> SpeedAsync(int tokens, double seconds)
    {
        await ReadAsync(new Random(2), tokens);
        var watch = Stopwatch.StartNew();
        var clients = Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(client => Task.Run(async () =>
        {
            var random = new Random(client);
            var read = 0L;
            while (watch.Elapsed.TotalSeconds < seconds)
            {
                read += await ReadAsync(random, tokens);
            }

            return read;
        }));
        var read = await Task.WhenAll(clients);
        return read.Sum() / watch.Elapsed.TotalSeconds;
    }

    public void Dispose() => _model.Dispose();

    private async Task<long> ReadAsync(Random random, int tokens)
    {
        if (_model is CrossEncoder reranker)
        {
            var words = tokens - SpecialOfPair - QueryWords;
            var scored = await reranker.ScoreAsync(
                FamilyMaker.Text(random, QueryWords), [.. Texts(random, words)]);
            return scored.TokenCount;
        }

        var made = await ((SentenceEncoder)_model).GenerateAsync([.. Texts(random, tokens - SpecialOfText)]);
        return made.Usage!.TotalTokenCount!.Value;
    }

    private static IEnumerable<string> Texts(Random random, int words) =>
        Enumerable.Range(0, TextsARequest).Select(_ => FamilyMaker.Text(random, words));
}
