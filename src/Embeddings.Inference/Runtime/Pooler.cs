using System.Numerics.Tensors;
using Embeddings.Inference.Models;
using Embeddings.Vectors;

namespace Embeddings.Inference.Runtime;

/// <summary>What the graph gives for a sequence → one vector. Thread-safe.</summary>
/// <param name="pooling">How the vectors of tokens become one.</param>
/// <param name="width">Length of each vector that the graph gives.</param>
/// <param name="dense">Layers that the vector passes then, in their order.</param>
/// <param name="normalize">Whether the result is scaled to Euclidean length 1.</param>
internal sealed class Pooler(Pooling pooling, int width, IReadOnlyList<DenseLayer> dense, bool normalize)
{
    /// <summary>Pools the tokens of one sequence.</summary>
    /// <param name="hidden">[tokens, width], row-major, without padding; [width] if the graph has pooled.</param>
    /// <param name="isScaled">Whether the vector is scaled, if the model's are.</param>
    /// <returns>[dimensions].</returns>
    public float[] Pool(ReadOnlySpan<float> hidden, bool isScaled = true)
    {
        var vector = new float[width];
        switch (pooling)
        {
            case Pooling.Mean:
                VectorMath.MeanOfRows(hidden, vector);
                break;
            case Pooling.WeightedMean:
                WeightedMean(hidden, vector);
                break;
            case Pooling.Splade:
                Splade(hidden, vector);
                break;
            case Pooling.LastToken:
                hidden[^width..].CopyTo(vector);
                break;
            default:
                hidden[..width].CopyTo(vector);
                break;
        }

        foreach (var layer in dense)
        {
            vector = layer.Apply(vector);
        }

        if (normalize && isScaled)
        {
            VectorMath.Normalize(vector);
        }

        return vector;
    }

    // The logarithm grows with its argument, so it may come after the largest one is found.
    private void Splade(ReadOnlySpan<float> hidden, Span<float> largest)
    {
        for (var start = 0; start < hidden.Length; start += width)
        {
            TensorPrimitives.Max(largest, hidden.Slice(start, width), largest);
        }

        TensorPrimitives.LogP1(largest, largest);
    }

    private void WeightedMean(ReadOnlySpan<float> hidden, Span<float> mean)
    {
        var tokens = hidden.Length / width;
        var sum = tokens * (tokens + 1) / 2f;
        for (var i = 0; i < tokens; i++)
        {
            TensorPrimitives.MultiplyAdd(hidden.Slice(i * width, width), (i + 1) / sum, mean, mean);
        }
    }
}
