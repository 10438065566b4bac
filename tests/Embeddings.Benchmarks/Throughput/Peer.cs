using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Embeddings.Benchmarks.Throughput;

/// <summary>@huggingface/transformers on onnxruntime-node, with the same weights and texts: what everyone can install.</summary>
internal static class Peer
{
    /// <returns>Texts a second, 32 padded texts at a time as its users do.</returns>
    public static async Task<double> RunAsync(string modules, string weights, IReadOnlyList<string> texts, TimeSpan length)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(texts));
            var model = Path.GetDirectoryName(Path.GetDirectoryName(weights))!;
            using var node = Process.Start(new ProcessStartInfo(
                "node",
                [Path.Combine(AppContext.BaseDirectory, "Throughput", "transformers_js.mjs"), modules, model, weights, file, length.TotalSeconds.ToString(CultureInfo.InvariantCulture)])
            {
                RedirectStandardOutput = true,
            })!;
            var line = await node.StandardOutput.ReadToEndAsync();
            await node.WaitForExitAsync();
            return node.ExitCode == 0 ? double.Parse(line, CultureInfo.InvariantCulture) : throw new InvalidOperationException("transformers.js did not run: see above.");
        }
        finally
        {
            File.Delete(file);
        }
    }
}
