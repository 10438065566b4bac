using System.Numerics.Tensors;
using Embeddings.Inference.Models;
using Embeddings.Vectors;

namespace Embeddings.Inference.Runtime;

/// <summary>
/// A layer after pooling, as sentence-transformers' <c>Dense</c>: activation(weights · vector + bias). Immutable.
/// </summary>
internal sealed class DenseLayer
{
    private const string Weight = "linear.weight";
    private const string Bias = "linear.bias";

    private readonly float[] _weights;
    private readonly float[]? _bias;
    private readonly Activation _activation;

    /// <summary>Reads the weights of a layer.</summary>
    /// <param name="directory">Where the model's files are.</param>
    /// <param name="file">Which file, and the activation.</param>
    /// <exception cref="ModelException">The file cannot be read, or has no such layer.</exception>
    public DenseLayer(string directory, DenseFile file)
    {
        var path = Path.Combine(directory, file.Weights);
        var tensors = Safetensors.Read(path);
        if (!tensors.TryGetValue(Weight, out var weights) || weights.Shape.Count != 2)
        {
            throw new ModelException($"{path} has no '{Weight}' of two axes, as a Dense layer has.");
        }

        (Outputs, Inputs) = (weights.Shape[0], weights.Shape[1]);
        (_weights, _bias, _activation) = (weights.Values, tensors.GetValueOrDefault(Bias)?.Values, file.Activation);
        if (_bias is not null && _bias.Length != Outputs)
        {
            throw new ModelException($"{path} has {_bias.Length} numbers in '{Bias}', but {Outputs} rows of weights.");
        }
    }

    /// <summary>Length of the vectors that it takes.</summary>
    public int Inputs { get; }

    /// <summary>Length of the vectors that it gives.</summary>
    public int Outputs { get; }

    /// <summary>[inputs] → [outputs].</summary>
    public float[] Apply(ReadOnlySpan<float> vector)
    {
        var result = new float[Outputs];
        for (var row = 0; row < Outputs; row++)
        {
            result[row] = VectorMath.Dot(_weights.AsSpan(row * Inputs, Inputs), vector) + (_bias?[row] ?? 0);
        }

        Activations.Apply(_activation, result);
        return result;
    }
}

/// <summary>Applies activations.</summary>
internal static class Activations
{
    /// <summary>Replaces numbers by what an activation makes of them.</summary>
    public static void Apply(Activation activation, Span<float> values)
    {
        switch (activation)
        {
            case Activation.Tanh:
                TensorPrimitives.Tanh(values, values);
                break;
            case Activation.Relu:
                TensorPrimitives.Max(values, 0, values);
                break;
            case Activation.Sigmoid:
                TensorPrimitives.Sigmoid(values, values);
                break;
            case Activation.Softmax:
                // Without this, e to the power of a large number would be infinite.
                TensorPrimitives.Subtract(values, TensorPrimitives.Max<float>(values), values);
                TensorPrimitives.SoftMax(values, values);
                break;
            default:
                break;
        }
    }
}
