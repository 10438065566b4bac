using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace Embeddings.Benchmarks.Throughput;

/// <summary>
/// ONNX Runtime without anything around it: batches of token ids one after another, on workers of some threads each.
/// </summary>
internal sealed class BareRuntime : IDisposable
{
    private const int BetweenWorkers = 256;

    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly string[] _inputs;
    private readonly string[] _outputs;
    private readonly int[] _next;
    private readonly int _dimensions;

    public BareRuntime(string weights, int workers, int threads, int dimensions)
    {
        Environment.SetEnvironmentVariable("ORT_DISABLE_TELEMETRY", "1");
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        // The quickest that is known, as in the server.
        options.AddSessionConfigEntry("optimization.disable_specified_optimizers", "SkipLayerNormFusion");
        _session = new InferenceSession(weights, options);
        (_inputs, _outputs, _dimensions) = ([.. _session.InputNames], [_session.OutputNames[0]], dimensions);
        // Workers begin apart, so that they do not run the same lengths together, and go on where they stopped.
        _next = [.. Enumerable.Range(0, workers).Select(worker => worker * BetweenWorkers)];
    }

    /// <summary>Runs these in turn, over and over, on every worker, for so long.</summary>
    /// <returns>Tokens a second of all workers, and processor seconds for a million tokens.</returns>
    public async Task<(double TokensPerSecond, double ProcessorSeconds)> RepeatAsync(
        IReadOnlyList<RunShape> runs, TimeSpan warmUp, TimeSpan length)
    {
        await WorkersAsync(runs, warmUp);
        var before = Environment.CpuUsage.TotalTime;
        var workers = await WorkersAsync(runs, length);
        return (workers.Sum(worker => worker.Tokens / worker.Seconds), 1e6 * (Environment.CpuUsage.TotalTime - before).TotalSeconds / workers.Sum(worker => worker.Tokens));
    }

    /// <summary>Milliseconds of every run of one text, one after another for so long.</summary>
    public IReadOnlyList<double> Milliseconds(IReadOnlyList<int> lengths, TimeSpan warmUp, TimeSpan length)
    {
        var buffers = new Buffers(lengths.Max(), _dimensions);
        Worker([.. lengths.Select(tokens => new RunShape(1, tokens))], 0, warmUp);
        var times = new List<double>();
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < length;)
        {
            var start = Stopwatch.GetTimestamp();
            Run(new RunShape(1, lengths[_next[0]++ % lengths.Count]), buffers);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return times;
    }

    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }

    private Task<(double Tokens, double Seconds)[]> WorkersAsync(IReadOnlyList<RunShape> runs, TimeSpan length) =>
        Task.WhenAll(Enumerable.Range(0, _next.Length).Select(worker => Task.Factory.StartNew(
            () => Worker(runs, worker, length),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

    private (double Tokens, double Seconds) Worker(IReadOnlyList<RunShape> runs, int worker, TimeSpan length)
    {
        var buffers = new Buffers(runs.Max(run => run.Tokens), _dimensions);
        var (watch, tokens) = (Stopwatch.StartNew(), 0.0);
        while (tokens == 0 || watch.Elapsed < length)
        {
            var run = runs[_next[worker]++ % runs.Count];
            Run(run, buffers);
            tokens += run.Tokens;
        }

        return (tokens, watch.Elapsed.TotalSeconds);
    }

    private void Run(RunShape run, Buffers buffers)
    {
        long[] shape = [run.Texts, run.Length];
        using var ids = Value(buffers.Ids, run.Tokens, shape);
        using var mask = Value(buffers.Ones, run.Tokens, shape);
        using var types = Value(buffers.Zeros, run.Tokens, shape);
        using var hidden = Value(buffers.Hidden, run.Tokens * _dimensions, [.. shape, _dimensions]);
        _session.Run(
            _options,
            _inputs,
            [.. _inputs.Select(name => name switch { "input_ids" => ids, "attention_mask" => mask, _ => types })],
            _outputs,
            [hidden]);
    }

    private static OrtValue Value<T>(T[] memory, int length, long[] shape)
        where T : unmanaged => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory.AsMemory(0, length), shape);

    private sealed class Buffers(int tokens, int dimensions)
    {
        public long[] Ids { get; } = [.. Enumerable.Range(0, tokens).Select(i => 2000L + (i * 7919 % 20000))];

        public long[] Ones { get; } = [.. Enumerable.Repeat(1L, tokens)];

        public long[] Zeros { get; } = new long[tokens];

        public float[] Hidden { get; } = new float[tokens * dimensions];
    }
}

/// <summary>A batch of texts of one length.</summary>
internal readonly record struct RunShape(int Texts, int Length)
{
    public int Tokens => Texts * Length;
}
