using System.Numerics.Tensors;

namespace Embeddings.Vectors;

/// <summary>Mathematics on vectors of 32-bit floats. Pure functions; every method throws <see cref="ArgumentException"/> on lengths that differ.</summary>
public static class VectorMath
{
    // As sentence-transformers guards its division; a vector shorter than this has no direction to speak of.
    private const float SmallestNorm = 1e-12f;

    /// <summary>Cosine of the angle between two vectors of equal length, −1 to 1; not a number when either is zero.</summary>
    public static float Cosine(ReadOnlySpan<float> x, ReadOnlySpan<float> y) => TensorPrimitives.CosineSimilarity(x, y);

    /// <summary>Scales a vector to Euclidean length 1, in place. A zero vector stays zero.</summary>
    public static void Normalize(Span<float> vector)
    {
        var norm = TensorPrimitives.Norm<float>(vector);
        TensorPrimitives.Divide(vector, Math.Max(norm, SmallestNorm), vector);
    }

    /// <summary>The mean of the rows of a row-major matrix [rows, dimensions], where dimensions is the length of <paramref name="mean"/>.</summary>
    public static void MeanOfRows(ReadOnlySpan<float> matrix, Span<float> mean)
    {
        if (matrix.IsEmpty || mean.IsEmpty || matrix.Length % mean.Length != 0)
        {
            throw new ArgumentException("The matrix must hold one whole row or more.", nameof(matrix));
        }

        var dimensions = mean.Length;
        matrix[..dimensions].CopyTo(mean);
        for (var row = dimensions; row < matrix.Length; row += dimensions)
        {
            TensorPrimitives.Add(mean, matrix.Slice(row, dimensions), mean);
        }

        TensorPrimitives.Divide(mean, matrix.Length / dimensions, mean);
    }

    /// <summary>Whether every number is finite: neither infinite nor not-a-number.</summary>
    public static bool IsFinite(ReadOnlySpan<float> vector)
    {
        foreach (var value in vector)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }
}
