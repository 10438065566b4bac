using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Embeddings.Tokenization;

namespace Embeddings.Benchmarks.Tokenizing;

/// <summary>Tokens a second of each tokenizer in a folder, on one thread, beside those of Hugging Face's library.</summary>
internal static class TokenizeCommand
{
    // What a word of so many letters takes says whether the time grows with the length or with its square.
    private const int LongWord = 1_000_000;

    public static async Task<int> RunAsync(string folder, string[] options, TextWriter output)
    {
        var seconds = double.Parse(options.Option("--seconds") ?? "2", CultureInfo.InvariantCulture);
        var only = options.Option("--only")?.Split(',');
        var texts = await TextsAsync(Path.Combine(folder, "texts.jsonl.gz"));
        output.WriteLine($"{texts.Length} texts of {texts.Sum(text => text.Length)} characters; one thread; million tokens a second");
        output.WriteLine("kind        ids  with ranges  bytes a token  a million letters  upstream");
        foreach (var file in Directory.EnumerateFiles(folder, "*.tokenizer.json.gz").Order())
        {
            var kind = Path.GetFileName(file).Split('.')[0];
            if (only is not null && !only.Contains(kind))
            {
                continue;
            }

            var json = await UnpackAsync(file);
            var tokenizer = Tokenizer.Read(json);
            var (ids, bytes) = Measure(texts, seconds, text => tokenizer.Tokenize(text).Count);
            var (ranges, _) = Measure(texts, seconds, text => tokenizer.Encode(text).Ids.Count);
            var watch = Stopwatch.StartNew();
            tokenizer.Tokenize(new string('x', LongWord));
            var longWord = watch.Elapsed;
            var peer = options.Option("--peer") is { } modules
                ? await PeerAsync(modules, json, texts, seconds)
                : double.NaN;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{kind,-10} {ids / 1e6,4:0.00} {ranges / 1e6,12:0.00} {bytes,14:0.0} {longWord.TotalMilliseconds,15:0} ms {peer / 1e6,9:0.00}"));
        }

        return 0;
    }

    private static async Task<string[]> TextsAsync(string file)
    {
        var lines = System.Text.Encoding.UTF8.GetString(await UnpackAsync(file)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!)];
    }

    private static async Task<byte[]> UnpackAsync(string file)
    {
        using var unpacked = new MemoryStream();
        await using (var stream = new GZipStream(File.OpenRead(file), CompressionMode.Decompress))
        {
            await stream.CopyToAsync(unpacked);
        }

        return unpacked.ToArray();
    }

    // Tokens a second, and bytes allocated for each. The first passes, in which code is compiled, do not count.
    private static (double TokensASecond, double BytesAToken) Measure(string[] texts, double seconds, Func<string, int> tokenize)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed.TotalSeconds < seconds;)
        {
            _ = texts.Sum(tokenize);
        }

        var (tokens, before, measured) = (0L, GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
        while (measured.Elapsed.TotalSeconds < seconds)
        {
            tokens += texts.Sum(text => (long)tokenize(text));
        }

        var elapsed = measured.Elapsed.TotalSeconds;
        return (tokens / elapsed, (GC.GetAllocatedBytesForCurrentThread() - before) / (double)tokens);
    }

    private static async Task<double> PeerAsync(string modules, byte[] json, string[] texts, double seconds)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Tokenizing", "tokenizers_peer.mjs");
        var start = new ProcessStartInfo("node", [script, Path.GetFullPath(modules), seconds.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["RAYON_NUM_THREADS"] = "1", ["TOKENIZERS_PARALLELISM"] = "false" },
        };
        using var process = Process.Start(start)!;
        var answer = process.StandardOutput.ReadToEndAsync();
        await process.StandardInput.WriteAsync(JsonSerializer.Serialize(new { tokenizer = System.Text.Encoding.UTF8.GetString(json), texts }));
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? double.Parse(await answer, CultureInfo.InvariantCulture) : double.NaN;
    }
}
