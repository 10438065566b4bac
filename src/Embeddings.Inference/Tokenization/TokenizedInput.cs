using System.Numerics.Tensors;
using Embeddings.Vectors;

namespace Embeddings.Inference.Tokenization;

/// <summary>One input on its way through the model: its sequences, nearly always one, with [CLS] and [SEP], and whether its end was cut off.</summary>
internal sealed record TokenizedInput(int Index, IReadOnlyList<int[]> Sequences, bool Truncated)
{
    public int TokenCount => Sequences.Sum(sequence => sequence.Length);

    /// <summary>The mean of the sequences' vectors, weighted by their lengths in tokens.</summary>
    /// <param name="vectors">The vector of each sequence, by its ids.</param>
    /// <param name="normalize">Whether it is scaled to length 1.</param>
    public float[] Mean(IReadOnlyDictionary<int[], ReadOnlyMemory<float>> vectors, bool normalize)
    {
        var mean = new float[vectors[Sequences[0]].Length];
        foreach (var sequence in Sequences)
        {
            TensorPrimitives.MultiplyAdd(vectors[sequence].Span, (float)sequence.Length / TokenCount, mean, mean);
        }

        if (normalize)
        {
            VectorMath.Normalize(mean);
        }

        return mean;
    }
}
