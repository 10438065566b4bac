using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Classification;

/// <summary>
/// Multinomial logistic regression: minimises Σ −log p(label of example) + Σ weights² / 2C. Intercepts are not
/// penalised. The minimum is that of scikit-learn's LogisticRegression.
/// </summary>
internal static class LogisticRegression
{
    /// <summary>What may be left to gain, for each example: probabilities are within 1e-4 of the minimum's.</summary>
    public const double Fine = 1e-10;

    /// <summary>The same for cross-validation, whose results are shares of the examples.</summary>
    public const double Coarse = 1e-5;

    private const int MostSteps = 500;
    private const int RowsOfTask = 16;

    /// <summary>Trains.</summary>
    /// <param name="vectors">[examples, dimensions], of length 1 or about.</param>
    /// <param name="labels">Class of each example, from 0.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <param name="strength">C: larger fits the examples closer.</param>
    /// <param name="tolerance"><see cref="Fine"/> or <see cref="Coarse"/>.</param>
    /// <param name="team">The threads.</param>
    /// <param name="progress">Of this training.</param>
    /// <param name="start">Where to begin, for speed; null for zeros.</param>
    public static LinearModel Train(
        ReadOnlyMemory<float> vectors, int[] labels, int classes, double strength, double tolerance,
        ThreadTeam team, Progress progress, LinearModel? start = null)
    {
        var dimensions = vectors.Length / labels.Length;
        // For two classes scikit-learn has one row of weights, the difference of the two rows here. The squares of both
        // are half of its square, so the penalty is doubled to be the same.
        var penalty = (classes == 2 ? 2 : 1) / strength;
        var function = new SoftmaxGradient(vectors, labels, dimensions, classes, penalty, team);
        var inverse = InverseHessian(function, classes, penalty, team);
        var parameters = start?.ToParameters(function.Width) ?? new double[function.Rows * function.Width];
        var (last, first, told) = (tolerance * labels.Length, 0.0, 0.0);
        Lbfgs.Minimize(
            function.At, (vector, product) => Multiply(inverse, vector, product, function.Rows, team), parameters, last,
            MostSteps,
            left =>
            {
                // What is left falls by about the same factor with each step.
                first = first == 0 ? left : first;
                var done = left <= last ? 1 : Math.Max(told, Math.Log(first / left) / Math.Log(first / last));
                progress.Add(done - told);
                told = done;
            });
        return LinearModel.Of(parameters, dimensions, classes, function.Width);
    }

    // The inverse of what the Hessian is for one class while all classes are equally probable: X̃ᵀ·X̃/K + λ.
    private static double[] InverseHessian(
        SoftmaxGradient function, int classes, double penalty, ThreadTeam team)
    {
        var matrix = function.Gram();
        TensorPrimitives.Multiply(matrix, 1.0 / classes, matrix);
        for (var i = 0; i < function.Rows - 1; i++)
        {
            matrix[(i * function.Rows) + i] += penalty;
        }

        return PositiveDefinite.Invert(matrix, function.Rows, team);
    }

    // [rows, rows]·[rows, width]. A task makes some rows of the product; its sums stay in registers.
    private static void Multiply(double[] matrix, double[] vectors, double[] product, int rows, ThreadTeam team)
    {
        var width = vectors.Length / rows;
        team.Chunks((rows + RowsOfTask - 1) / RowsOfTask, task =>
        {
            for (var i = task * RowsOfTask; i < Math.Min(rows, (task + 1) * RowsOfTask); i++)
            {
                for (var k = 0; k < width; k += 2 * Vector512<double>.Count)
                {
                    var (low, high) = (Vector512<double>.Zero, Vector512<double>.Zero);
                    for (var j = 0; j < rows; j++)
                    {
                        var factor = Vector512.Create(matrix[(i * rows) + j]);
                        var row = vectors.AsSpan((j * width) + k);
                        low += factor * Vector512.Create<double>(row);
                        high += factor * Vector512.Create<double>(row[Vector512<double>.Count..]);
                    }

                    low.CopyTo(product, (i * width) + k);
                    high.CopyTo(product, (i * width) + k + Vector512<double>.Count);
                }
            }
        });
    }
}
