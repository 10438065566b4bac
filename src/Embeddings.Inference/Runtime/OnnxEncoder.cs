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
    private readonly BatchLayout _layout;
    private readonly GraphInputs _inputs;
    private readonly GraphOutput _output;
    private readonly Pooler _pooler;

    static OnnxEncoder() => OnnxTelemetry.Disable();

    /// <summary>Loads the weights of a model.</summary>
    /// <param name="directory">Where the files of the manifest are.</param>
    /// <param name="manifest">What the model is.</param>
    /// <param name="threads">Threads on which a batch runs that is alone.</param>
    /// <exception cref="ModelException">ONNX Runtime cannot read the graph, or the graph is not what the manifest
    /// says.</exception>
    public OnnxEncoder(string directory, ModelManifest manifest, int threads)
    {
        var path = Path.Combine(directory, manifest.Variants.GetAt(0).Value);
        var dense = (manifest.Dense ?? []).Select(file => new DenseLayer(directory, file)).ToList();
        CheckWidths(dense, manifest);
        _manifest = manifest;
        _layout = new BatchLayout(manifest.PaddingSide, manifest.PadId);
        _workers = Load(path, threads: 1);
        try
        {
            _alone = threads > 1 ? Load(path, threads) : null;
            _inputs = new GraphInputs(path, _workers.InputMetadata, manifest);
            var width = dense is [var first, ..] ? first.Inputs : manifest.Dimensions;
            _output = GraphOutput.Of(path, _workers.OutputMetadata, manifest, width);
            _pooler = new Pooler(manifest.Pooling, _output.Width, dense, manifest.Normalize);
        }
        catch (ModelException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The names of a graph's outputs; none if ONNX Runtime cannot read the file.</summary>
    public static IReadOnlyCollection<string> OutputsOf(string path)
    {
        try
        {
            using var session = Load(path, threads: 1);
            return [.. session.OutputNames];
        }
        catch (ModelException)
        {
            return [];
        }
    }

    /// <inheritdoc/>
    public float[][] Run(Batch batch)
    {
        Sequence[] sequences = [.. batch.Items.Select(item => (Sequence)item.Input)];
        var isShared = batch.IsAlone && (_manifest.Precision == "fp32" || batch.Cost >= FewestSharedInt8Tokens);
        var session = isShared ? _alone ?? _workers : _workers;
        return _inputs.IsForOneText
            ? [.. sequences.Select(sequence => Vectors(session, [sequence], sequence.Length)[0])]
            : Vectors(session, sequences, batch.Length);
    }

    public void Dispose()
    {
        _runOptions.Dispose();
        _buffers.Dispose();
        _workers.Dispose();
        _alone?.Dispose();
    }

    private float[][] Vectors(InferenceSession session, Sequence[] sequences, int length)
    {
        var output = Run(session, sequences, length).Span;
        var vectors = new float[sequences.Length][];
        for (var i = 0; i < vectors.Length; i++)
        {
            var (start, tokens) = _output.IsPooled
                ? (i, 1)
                : ((i * length) + _layout.Start(sequences[i], length), sequences[i].Length);
            var own = output.Slice(start * _output.Width, tokens * _output.Width);
            vectors[i] = sequences[i].Output switch
            {
                SequenceOutput.TokenVectors => own.ToArray(),
                SequenceOutput.UnscaledVector => _pooler.Pool(own, isScaled: false),
                _ => _pooler.Pool(own),
            };
        }

        return vectors;
    }

    // → [sequences, length, width], or [sequences, width] if the graph pools; row-major, as the export gives it.
    private ReadOnlyMemory<float> Run(InferenceSession session, Sequence[] sequences, int length)
    {
        var buffers = _buffers.Value!;
        long[] shape = _output.IsPooled ? [sequences.Length, _output.Width] : [sequences.Length, length, _output.Width];
        var output = buffers.Output(checked((int)shape.Aggregate((product, axis) => product * axis)));
        var inputs = _inputs.Lay(sequences, length, buffers);
        try
        {
            using var value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, output, shape);
            session.Run(_runOptions, _inputs.Names, inputs, [_output.Name], [value]);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ModelRunException(exception);
        }
        finally
        {
            foreach (var input in inputs)
            {
                input.Dispose();
            }
        }

        return output;
    }

    private static void CheckWidths(List<DenseLayer> layers, ModelManifest manifest)
    {
        for (var i = 0; i < layers.Count; i++)
        {
            var expected = i + 1 < layers.Count ? layers[i + 1].Inputs : manifest.Dimensions;
            if (layers[i].Outputs != expected)
            {
                throw new ModelException(
                    $"{manifest.Dense![i].Weights} gives vectors of {layers[i].Outputs} numbers, but what follows " +
                    $"takes {expected}.");
            }
        }
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
}
