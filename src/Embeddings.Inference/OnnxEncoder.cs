using Embeddings.Inference.Models;
using Embeddings.Vectors;
using Microsoft.ML.OnnxRuntime;

namespace Embeddings.Inference;

/// <summary>
/// Token ids → pooled vectors, through one ONNX Runtime session. Thread-safe: the session is shared and each run has buffers of its own.
/// </summary>
internal sealed class OnnxEncoder : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions;
    private readonly ModelManifest _manifest;
    private readonly string[] _inputs;
    private readonly string[] _outputs;

    static OnnxEncoder() => OnnxTelemetry.Disable();

    /// <summary>Loads the weights.</summary>
    /// <exception cref="ModelException">ONNX Runtime cannot read the file, or it is no BERT encoder.</exception>
    public OnnxEncoder(string path, ModelManifest manifest)
    {
        _manifest = manifest;
        _runOptions = new RunOptions();
        using var options = new SessionOptions
        {
            // One thread a run, many runs at once: on a CPU this beats one run on all threads, since a small batch stays in the cache.
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        try
        {
            _session = new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ModelException($"ONNX Runtime cannot load {path}: {exception.Message}", exception);
        }

        _inputs = [.. _session.InputNames];
        if (_inputs.FirstOrDefault(name => name is not ("input_ids" or "attention_mask" or "token_type_ids")) is { } unknown)
        {
            throw new ModelException($"{path} wants the input '{unknown}'; a BERT encoder has input_ids, attention_mask and token_type_ids.");
        }

        var output = _session.OutputNames.Contains("last_hidden_state") ? "last_hidden_state" : _session.OutputNames[0];
        var shape = _session.OutputMetadata[output].Dimensions;
        if (shape.Length != 3 || shape[2] is > 0 and var width && width != manifest.Dimensions)
        {
            throw new ModelException(
                $"{path} gives '{output}' as [{string.Join(", ", shape)}]; expected is [batch, tokens, {manifest.Dimensions}], as model.json says.");
        }

        _outputs = [output];
    }

    /// <summary>
    /// Embeds texts of equal length in one run. No padding: equal lengths make the attention mask all ones, so a text's vector cannot
    /// depend on how long its neighbours are.
    /// </summary>
    /// <param name="ids">Token ids [batch, tokens], row-major, [CLS] and [SEP] included.</param>
    /// <param name="batch">Number of texts.</param>
    /// <param name="vectors">Receives [batch, dimensions], row-major, scaled to length 1 if the manifest says so.</param>
    public void Run(long[] ids, int batch, Span<float> vectors)
    {
        var shape = new long[] { batch, ids.Length / batch };
        var ones = new long[ids.Length];
        Array.Fill(ones, 1);
        using var idValue = OrtValue.CreateTensorValueFromMemory(ids, shape);
        using var maskValue = OrtValue.CreateTensorValueFromMemory(ones, shape);
        using var typeValue = OrtValue.CreateTensorValueFromMemory(new long[ids.Length], shape);
        OrtValue[] values = [.. _inputs.Select(name => name switch
        {
            "input_ids" => idValue,
            "attention_mask" => maskValue,
            _ => typeValue,
        })];
        using var results = _session.Run(_runOptions, _inputs, values, _outputs);

        // hidden: [batch, tokens, dimensions], row-major, as the export gives it
        Pool(results[0].GetTensorDataAsSpan<float>(), batch, vectors);
    }

    public void Dispose()
    {
        _runOptions.Dispose();
        _session.Dispose();
    }

    private void Pool(ReadOnlySpan<float> hidden, int batch, Span<float> vectors)
    {
        var dimensions = _manifest.Dimensions;
        var stride = hidden.Length / batch;
        for (var row = 0; row < batch; row++)
        {
            var tokens = hidden.Slice(row * stride, stride);
            var vector = vectors.Slice(row * dimensions, dimensions);
            if (_manifest.Pooling == Pooling.Cls)
            {
                tokens[..dimensions].CopyTo(vector);
            }
            else
            {
                VectorMath.MeanOfRows(tokens, vector);
            }

            if (_manifest.Normalize)
            {
                VectorMath.Normalize(vector);
            }
        }
    }
}
