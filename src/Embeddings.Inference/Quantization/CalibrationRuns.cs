using Embeddings.Inference.Models;
using Embeddings.Inference.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace Embeddings.Inference.Quantization;

/// <summary>Runs a graph on one text after another. Not thread-safe.</summary>
internal sealed class CalibrationRuns : IDisposable
{
    private readonly InferenceSession _session;
    private readonly GraphInputs _inputs;
    private readonly TextBuffers _buffers = new();
    private readonly RunOptions _options = new();

    static CalibrationRuns() => OnnxTelemetry.Disable();

    /// <summary>Loads a graph.</summary>
    /// <param name="path">The ONNX file that it was read from, for the sentences.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="manifest">The model.</param>
    /// <exception cref="ModelException">ONNX Runtime cannot load it, or it wants an unknown input.</exception>
    public CalibrationRuns(string path, byte[] graph, ModelManifest manifest)
    {
        try
        {
            _session = new InferenceSession(graph);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ModelException($"ONNX Runtime cannot load {path}: {exception.Message}", exception);
        }

        try
        {
            _inputs = new GraphInputs(path, _session.InputMetadata, manifest);
        }
        catch (ModelException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>
    /// The largest absolute value of each channel of some tensors [1, tokens, channels], over all texts.
    /// </summary>
    public IReadOnlyDictionary<string, float[]> Maxima(
        IReadOnlyList<string> tensors, IReadOnlyList<CalibrationText> texts, CancellationToken cancellationToken)
    {
        var maxima = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var values = Run(text.Sequence, tensors);
            for (var i = 0; i < tensors.Count; i++)
            {
                var channels = (int)values[i].GetTensorTypeAndShape().Shape[^1];
                if (!maxima.TryGetValue(tensors[i], out var most))
                {
                    maxima[tensors[i]] = most = new float[channels];
                }

                var data = values[i].GetTensorDataAsSpan<float>();
                for (var j = 0; j < data.Length; j++)
                {
                    most[j % channels] = MathF.Max(most[j % channels], MathF.Abs(data[j]));
                }
            }
        }

        return maxima;
    }

    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }

    private IDisposableReadOnlyCollection<OrtValue> Run(Sequence sequence, IReadOnlyList<string> outputs)
    {
        var inputs = _inputs.Lay([sequence], sequence.Length, _buffers);
        try
        {
            return _session.Run(_options, _inputs.Names, inputs, [.. outputs]);
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
    }
}
