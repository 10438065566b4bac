using Embeddings.Inference.Models;
using Embeddings.Inference.Scheduling;
using Microsoft.ML.OnnxRuntime;

namespace Embeddings.Inference.Runtime;

/// <summary>
/// Token ids → pooled vectors, through ONNX Runtime. All workers share one session, in which each batch runs on one
/// thread. A batch that is alone runs in a second session, on all threads, unless it is an int8 text of fewer than 32
/// tokens. Thread-safe.
/// </summary>
internal sealed class OnnxEncoder : IBatchEncoder
{
    // A lone int8 text with fewer tokens runs on one thread. On processors with matrix instructions more threads were
    // no quicker: such a batch takes 1 or 2 ms, about as long as waking them. fp32 texts take longer, and were quicker
    // on all threads at every length.
    private const int FewestSharedInt8Tokens = 32;

    private readonly InferenceSession _workers;
    private readonly InferenceSession? _alone;
    private readonly RunOptions _runOptions = new();
    private readonly ThreadLocal<TextBuffers> _buffers = new(() => new TextBuffers());
    private readonly ModelManifest _manifest;
    private readonly Pooler _pooler;

    private readonly string[] _inputs;
    private readonly string[] _outputs;

    static OnnxEncoder() => OnnxTelemetry.Disable();

    /// <summary>Loads the weights.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="manifest">What the model is.</param>
    /// <param name="threads">Threads on which a batch runs that is alone.</param>
    /// <exception cref="ModelException">ONNX Runtime cannot read the file, or the file is not a BERT
    /// encoder.</exception>
    public OnnxEncoder(string path, ModelManifest manifest, int threads)
    {
        _manifest = manifest;
        _pooler = new Pooler(manifest.Pooling, manifest.Dimensions, manifest.Normalize);
        _workers = Load(path, threads: 1);
        try
        {
            _alone = threads > 1 ? Load(path, threads) : null;
            _inputs = Inputs(path, _workers);
            _outputs = [Output(path, _workers, manifest)];
        }
        catch (ModelException)
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public float[][] Run(Batch batch)
    {
        Sequence[] sequences = [.. batch.Items.Select(item => (Sequence)item.Input)];
        var isShared = batch.IsAlone && (_manifest.Precision == "fp32" || batch.Cost >= FewestSharedInt8Tokens);
        var hidden = Run(isShared ? _alone ?? _workers : _workers, sequences, batch.Length);
        var stride = batch.Length * _manifest.Dimensions;
        return [.. sequences.Select((sequence, i) => _pooler.Pool(hidden.Span.Slice(i * stride, sequence.Length * _manifest.Dimensions)))];
    }

    public void Dispose()
    {
        _runOptions.Dispose();
        _buffers.Dispose();
        _workers.Dispose();
        _alone?.Dispose();
    }

    // → hidden states [sequences, length, dimensions], row-major, as the export gives them.
    private ReadOnlyMemory<float> Run(InferenceSession session, Sequence[] sequences, int length)
    {
        var buffers = _buffers.Value!;
        long[] shape = [sequences.Length, length];
        var (ids, mask, types) = buffers.Lay(sequences, length);
        var hidden = buffers.Hidden(ids.Length * _manifest.Dimensions);
        using var idValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, ids, shape);
        using var maskValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, mask, shape);
        using var typeValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, types, shape);
        using var hiddenValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, hidden, [.. shape, _manifest.Dimensions]);
        OrtValue[] values = [.. _inputs.Select(name => name switch
        {
            "input_ids" => idValue,
            "attention_mask" => maskValue,
            _ => typeValue,
        })];
        try
        {
            session.Run(_runOptions, _inputs, values, _outputs, [hiddenValue]);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ModelRunException(exception);
        }

        return hidden;
    }

    private static InferenceSession Load(string path, int threads)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            // Memory is planned once for each shape, and a batch takes one block of it. Without this, workers wait for
            // each other in the shared allocator at every tensor, and short batches take a third longer. Shapes are
            // few, since BatchTokens bounds the texts of each length.
            EnableMemoryPattern = true,
        };
        // Threads that spin while they wait for the next batch would take processors from the workers.
        options.AddSessionConfigEntry("session.force_spinning_stop", "1");
        // This fusion's kernel takes several times as long as the addition and the normalisation that it replaces: a
        // seventh of the time of an int8 batch.
        options.AddSessionConfigEntry("optimization.disable_specified_optimizers", "SkipLayerNormFusion");
        try
        {
            return new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ModelException($"ONNX Runtime cannot load {path}: {exception.Message}", exception);
        }
    }

    private static string[] Inputs(string path, InferenceSession session) =>
        session.InputNames.FirstOrDefault(name => name is not ("input_ids" or "attention_mask" or "token_type_ids")) is { } unknown
            ? throw new ModelException(
                $"{path} wants the input '{unknown}'; a BERT encoder has input_ids, attention_mask and token_type_ids.")
            : [.. session.InputNames];

    private static string Output(string path, InferenceSession session, ModelManifest manifest)
    {
        var output = session.OutputNames.Contains("last_hidden_state") ? "last_hidden_state" : session.OutputNames[0];
        var shape = session.OutputMetadata[output].Dimensions;
        return shape.Length == 3 && (shape[2] <= 0 || shape[2] == manifest.Dimensions)
            ? output
            : throw new ModelException(
                $"{path} gives '{output}' as [{string.Join(", ", shape)}]; expected is [batch, tokens, " +
                $"{manifest.Dimensions}], as model.json says.");
    }
}
