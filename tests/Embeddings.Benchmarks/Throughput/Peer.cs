using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Embeddings.Benchmarks.Throughput;

/// <summary>
/// @huggingface/transformers on onnxruntime-node, with the same weights and texts, 32 padded texts at a time: what
/// everyone can install.
/// </summary>
internal sealed class Peer : IDisposable
{
    private readonly string _texts = Path.GetTempFileName();
    private readonly Process _node;
    private double _done;
    private double _seconds;

    /// <param name="modules">The folder <c>node_modules</c> that has it.</param>
    /// <param name="weights">The ONNX file, beside its tokenizer.</param>
    /// <param name="texts">Embedded in turn.</param>
    public Peer(string modules, string weights, IReadOnlyList<string> texts)
    {
        File.WriteAllText(_texts, JsonSerializer.Serialize(texts));
        var model = Path.GetDirectoryName(Path.GetDirectoryName(weights))!;
        _node = Process.Start(new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, "Throughput", "transformers_js.mjs"), modules, model, weights, _texts])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    /// <summary>All that was measured.</summary>
    public double TextsPerSecond => _done / _seconds;

    /// <summary>Measures for so long, or a little longer: the last batch is finished.</summary>
    public async Task MeasureAsync(TimeSpan length)
    {
        await RunAsync(length / 4);
        var (done, seconds) = await RunAsync(length);
        _done += done;
        _seconds += seconds;
    }

    public void Dispose()
    {
        _node.StandardInput.Close();
        _node.WaitForExit();
        _node.Dispose();
        File.Delete(_texts);
    }

    private async Task<(double Done, double Seconds)> RunAsync(TimeSpan length)
    {
        // What it said when it ended early is on the console.
        var failure = new InvalidOperationException("transformers.js did not run: see above.");
        try
        {
            await _node.StandardInput.WriteLineAsync(length.TotalSeconds.ToString(CultureInfo.InvariantCulture));
            await _node.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            throw failure;
        }

        var line = await _node.StandardOutput.ReadLineAsync() ?? throw failure;
        var numbers = line.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return (numbers[0], numbers[1]);
    }
}
