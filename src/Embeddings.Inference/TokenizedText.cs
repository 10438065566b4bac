using System.Numerics.Tensors;

namespace Embeddings.Inference;

/// <summary>One input on its way through the model: its windows, nearly always one, with [CLS] and [SEP], and whether its end was cut off.</summary>
internal sealed record TokenizedText(int Index, IReadOnlyList<int[]> Windows, bool Truncated)
{
    public int TokenCount => Windows.Sum(window => window.Length);

    /// <summary>The vector of the only window, or a new one: the mean of all, weighted by their lengths.</summary>
    public float[] Mean(ReadOnlySpan<float[]> vectors)
    {
        if (vectors.Length == 1)
        {
            return vectors[0];
        }

        var mean = new float[vectors[0].Length];
        for (var i = 0; i < vectors.Length; i++)
        {
            TensorPrimitives.MultiplyAdd(vectors[i], (float)Windows[i].Length / TokenCount, mean, mean);
        }

        return mean;
    }
}
