using System.Numerics.Tensors;
using Embeddings.Vectors;

namespace Embeddings.Inference;

/// <summary>One input on its way through the model: its windows, nearly always one, with [CLS] and [SEP], and whether its end was cut off.</summary>
internal sealed record TokenizedText(int Index, IReadOnlyList<int[]> Windows, bool Truncated)
{
    public int TokenCount => Windows.Sum(window => window.Length);

    /// <summary>The mean of the windows' vectors, weighted by their lengths in tokens.</summary>
    /// <param name="vectors">The vector of each window, by its ids.</param>
    /// <param name="normalize">Whether it is scaled to length 1.</param>
    public float[] Mean(IReadOnlyDictionary<int[], ReadOnlyMemory<float>> vectors, bool normalize)
    {
        var mean = new float[vectors[Windows[0]].Length];
        foreach (var window in Windows)
        {
            TensorPrimitives.MultiplyAdd(vectors[window].Span, (float)window.Length / TokenCount, mean, mean);
        }

        if (normalize)
        {
            VectorMath.Normalize(mean);
        }

        return mean;
    }
}
