using Embeddings.Inference.Models;
using Embeddings.Vectors;

namespace Embeddings.Inference.Runtime;

/// <summary>The vectors of a sequence's tokens → one vector. Thread-safe.</summary>
/// <param name="pooling">How they become one.</param>
/// <param name="dimensions">Length of each vector.</param>
/// <param name="normalize">Whether the result is scaled to Euclidean length 1.</param>
internal sealed class Pooler(Pooling pooling, int dimensions, bool normalize)
{
    /// <summary>Pools the tokens of one sequence.</summary>
    /// <param name="hidden">[tokens, dimensions], row-major, without padding.</param>
    /// <returns>[dimensions].</returns>
    public float[] Pool(ReadOnlySpan<float> hidden)
    {
        var vector = new float[dimensions];
        if (pooling == Pooling.Cls)
        {
            hidden[..dimensions].CopyTo(vector);
        }
        else
        {
            VectorMath.MeanOfRows(hidden, vector);
        }

        if (normalize)
        {
            VectorMath.Normalize(vector);
        }

        return vector;
    }
}
