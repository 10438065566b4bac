using System.Numerics.Tensors;

namespace Embeddings.Inference;

/// <summary>One input on its way through the model: its windows, nearly always one, and whether its end was cut off.</summary>
internal sealed record TokenizedText(int Index, IReadOnlyList<Window> Windows, bool Truncated)
{
    public int TokenCount => Windows.Sum(window => window.Ids.Length);

    /// <summary>The vector of the only window, or the mean of all, weighted by their lengths.</summary>
    public float[] Mean()
    {
        if (Windows.Count == 1)
        {
            return Windows[0].Vector;
        }

        var mean = new float[Windows[0].Vector.Length];
        foreach (var window in Windows)
        {
            TensorPrimitives.MultiplyAdd(window.Vector, (float)window.Ids.Length / TokenCount, mean, mean);
        }

        return mean;
    }
}

/// <summary>What the model reads at once: ids with [CLS] and [SEP], and the place for the vector they give.</summary>
internal sealed class Window(long[] ids, int dimensions)
{
    public long[] Ids => ids;

    public float[] Vector { get; } = new float[dimensions];
}
