using System.Numerics.Tensors;
using Embeddings.Inference.Models;
using Embeddings.Inference.Tokenization;
using Embeddings.Vectors;
using Microsoft.Extensions.AI;

namespace Embeddings.Inference.Encoders;

/// <summary>
/// What becomes of the vectors that a model gives for the sequences of an input: their mean, cut to the length that is
/// asked for, and scaled to length 1 again.
/// </summary>
/// <param name="manifest">The model.</param>
internal sealed class FinalVector(ModelManifest manifest)
{
    /// <summary>The vector of an input.</summary>
    /// <param name="input">Its sequences: one, or the chunks of a long text.</param>
    /// <param name="vectors">The vector of each sequence.</param>
    /// <param name="options">How it is cut and scaled.</param>
    /// <exception cref="NonFiniteVectorException">A number of it is not finite.</exception>
    public Embedding<float> Of(
        TokenizedInput input, Dictionary<Sequence, ReadOnlyMemory<float>> vectors, EncodingOptions options)
    {
        var vector = input.Sequences.Count == 1
            ? vectors[input.Sequences[0]]
            : Mean(input, vectors, isScaled: manifest.Normalize && options.Normalize);
        if (options.Dimensions is { } dimensions && dimensions < vector.Length)
        {
            vector = Cut(vector.Span, dimensions, options.Normalize);
        }

        return VectorMath.IsFinite(vector.Span)
            ? new Embedding<float>(vector) { ModelId = manifest.Id }
            : throw new NonFiniteVectorException(input.Index);
    }

    private float[] Cut(ReadOnlySpan<float> vector, int dimensions, bool isScaled)
    {
        var shorter = vector[..dimensions].ToArray();
        if (manifest.Matryoshka is { LayerNorm: true })
        {
            // The variance need not become 1, since only directions count.
            TensorPrimitives.Subtract(shorter, TensorPrimitives.Average<float>(vector), shorter);
        }

        if (isScaled)
        {
            VectorMath.Normalize(shorter);
        }

        return shorter;
    }

    // The mean of the chunks' vectors, weighted by their lengths in tokens.
    private float[] Mean(
        TokenizedInput input, Dictionary<Sequence, ReadOnlyMemory<float>> vectors, bool isScaled)
    {
        var mean = new float[manifest.Dimensions];
        foreach (var chunk in input.Sequences)
        {
            TensorPrimitives.MultiplyAdd(vectors[chunk].Span, (float)chunk.Length / input.TokenCount, mean, mean);
        }

        if (isScaled)
        {
            VectorMath.Normalize(mean);
        }

        return mean;
    }
}
