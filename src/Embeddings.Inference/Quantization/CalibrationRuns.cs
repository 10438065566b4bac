using Embeddings.Inference.Models;
using Embeddings.Inference.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace Embeddings.Inference.Quantization;

/// <summary>Runs a graph on one text after another. Not thread-safe.</summary>
internal sealed class CalibrationRuns : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();

    static CalibrationRuns() => OnnxTelemetry.Disable();

    /// <summary>Loads a graph.</summary>
    /// <exception cref="ModelException">ONNX Runtime cannot load it.</exception>
    public CalibrationRuns(byte[] model)
    {
        try
        {
            _session = new InferenceSession(model);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ModelException($"ONNX Runtime cannot load the model: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// The largest absolute value of each channel of some tensors [1, tokens, channels], over all texts.
    /// </summary>
    public IReadOnlyDictionary<string, float[]> Maxima(
        IReadOnlyList<string> tensors, IReadOnlyList<long[]> texts, CancellationToken cancellationToken)
    {
        var maxima = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var values = Run(text, tensors);
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

    private IDisposableReadOnlyCollection<OrtValue> Run(long[] ids, IReadOnlyList<string> outputs)
    {
        long[] shape = [1, ids.Length];
        using var idValue = OrtValue.CreateTensorValueFromMemory(ids, shape);
        using var mask = OrtValue.CreateTensorValueFromMemory(Enumerable.Repeat(1L, ids.Length).ToArray(), shape);
        using var types = OrtValue.CreateTensorValueFromMemory(new long[ids.Length], shape);
        OrtValue[] inputs = [.. _session.InputNames.Select(name => name switch { "input_ids" => idValue, "attention_mask" => mask, _ => types })];
        try
        {
            return _session.Run(_options, [.. _session.InputNames], inputs, [.. outputs]);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ModelRunException(exception);
        }
    }
}
