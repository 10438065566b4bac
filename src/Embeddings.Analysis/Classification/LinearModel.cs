using System.Numerics.Tensors;
using Embeddings.Vectors;

namespace Embeddings.Analysis.Classification;

/// <summary>A score for each class: x·Wᵀ + b.</summary>
/// <param name="Weights">[classes, dimensions], row-major.</param>
/// <param name="Intercepts">[classes].</param>
internal sealed record LinearModel(float[] Weights, float[] Intercepts)
{
    /// <summary>Number of classes.</summary>
    public int Classes => Intercepts.Length;

    /// <summary>Numbers in a vector.</summary>
    public int Dimensions => Weights.Length / Intercepts.Length;

    /// <summary>From parameters [dimensions + 1, width], whose last row are the intercepts.</summary>
    public static LinearModel Of(double[] parameters, int dimensions, int classes, int width)
    {
        var model = new LinearModel(new float[classes * dimensions], new float[classes]);
        for (var k = 0; k < classes; k++)
        {
            for (var i = 0; i < dimensions; i++)
            {
                model.Weights[(k * dimensions) + i] = (float)parameters[(i * width) + k];
            }

            model.Intercepts[k] = (float)parameters[(dimensions * width) + k];
        }

        return model;
    }

    /// <summary>The parameters of <see cref="Of"/>.</summary>
    public double[] ToParameters(int width)
    {
        var parameters = new double[(Dimensions + 1) * width];
        for (var k = 0; k < Classes; k++)
        {
            for (var i = 0; i < Dimensions; i++)
            {
                parameters[(i * width) + k] = Weights[(k * Dimensions) + i];
            }

            parameters[(Dimensions * width) + k] = Intercepts[k];
        }

        return parameters;
    }

    /// <summary>Scores of vectors, [rows, classes].</summary>
    /// <param name="vectors">[rows, dimensions].</param>
    public float[] Scores(ReadOnlySpan<float> vectors)
    {
        var rows = vectors.Length / Dimensions;
        var scores = new float[rows * Classes];
        VectorMath.ScoreMatrix(Metric.InnerProduct, vectors, Weights, Dimensions, scores);
        for (var row = 0; row < rows; row++)
        {
            var line = scores.AsSpan(row * Classes, Classes);
            TensorPrimitives.Add(line, Intercepts, line);
        }

        return scores;
    }
}
