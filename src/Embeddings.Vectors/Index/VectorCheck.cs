using System.Numerics.Tensors;

namespace Embeddings.Vectors.Index;

/// <summary>Checks what may enter an index, as a row or as a query.</summary>
public static class VectorCheck
{
    /// <summary>
    /// Throws unless these are <paramref name="count"/> rows of numbers that are finite and within
    /// ±<see cref="FlatIndex.MaxMagnitude"/>.
    /// </summary>
    public static void Check(ReadOnlySpan<float> vectors, int count, int dimensions, string name)
    {
        if (vectors.Length != (long)count * dimensions)
        {
            throw new ArgumentException(
                $"{vectors.Length} numbers are not {count} vectors of {dimensions} dimensions.", name);
        }

        if (vectors.IsEmpty || Math.Abs(TensorPrimitives.MaxMagnitude(vectors)) <= FlatIndex.MaxMagnitude)
        {
            return;
        }

        for (var i = 0; i < vectors.Length; i++)
        {
            if (!(Math.Abs(vectors[i]) <= FlatIndex.MaxMagnitude))
            {
                throw new ArgumentException(
                    $"Coordinate {i % dimensions} of vector {i / dimensions} is {vectors[i]}; it must be finite and " +
                    $"within ±{FlatIndex.MaxMagnitude:0e0}.",
                    name);
            }
        }
    }
}
