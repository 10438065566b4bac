namespace Embeddings.Analysis.Numerics;

/// <summary>Symmetric positive definite matrices, [n, n], row-major.</summary>
internal static class PositiveDefinite
{
    /// <summary>
    /// The inverse, by Cholesky's factors (Golub and Van Loan, 4.2): A = L·Lᵀ, A⁻¹ = L⁻ᵀ·L⁻¹.
    /// </summary>
    /// <param name="matrix">[n, n]; only its lower triangle is read. It is overwritten.</param>
    /// <param name="n">Rows.</param>
    /// <param name="team">The threads.</param>
    /// <exception cref="ArithmeticException">The matrix is not positive definite.</exception>
    public static double[] Invert(double[] matrix, int n, ThreadTeam team)
    {
        Factor(matrix, n);
        team.ThrowIfCancelled();
        // Row i of this is column i of L⁻¹, so that all sums run along rows.
        var inverse = new double[n * n];
        team.Chunks(n, column => InvertColumn(matrix, n, column, inverse.AsSpan(column * n, n)));
        var product = new double[n * n];
        team.Chunks(n, i =>
        {
            for (var j = 0; j <= i; j++)
            {
                // Column i of L⁻¹ is zero above row i.
                product[(i * n) + j] = DoubleMath.Dot(
                    inverse.AsSpan((i * n) + i, n - i), inverse.AsSpan((j * n) + i, n - i));
            }
        });
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
            {
                product[(j * n) + i] = product[(i * n) + j];
            }
        }

        return product;
    }

    /// <summary>Replaces the lower triangle of a matrix by Cholesky's factor L, A = L·Lᵀ.</summary>
    /// <exception cref="ArithmeticException">The matrix is not positive definite.</exception>
    public static void Factor(double[] matrix, int n)
    {
        for (var j = 0; j < n; j++)
        {
            var row = matrix.AsSpan(j * n, j);
            var square = matrix[(j * n) + j] - DoubleMath.Dot(row, row);
            if (!(square > 0))
            {
                throw new ArithmeticException($"The matrix is not positive definite: pivot {j} is {square}.");
            }

            var pivot = matrix[(j * n) + j] = Math.Sqrt(square);
            for (var i = j + 1; i < n; i++)
            {
                matrix[(i * n) + j] =
                    (matrix[(i * n) + j] - DoubleMath.Dot(matrix.AsSpan(i * n, j), matrix.AsSpan(j * n, j))) / pivot;
            }
        }
    }

    /// <summary>Replaces a vector by A⁻¹ times it, by the factor L of A.</summary>
    public static void Solve(double[] factor, int n, Span<double> vector)
    {
        for (var i = 0; i < n; i++)
        {
            vector[i] = (vector[i] - DoubleMath.Dot(factor.AsSpan(i * n, i), vector[..i])) / factor[(i * n) + i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            vector[i] /= factor[(i * n) + i];
            DoubleMath.AddScaled(-vector[i], factor.AsSpan(i * n, i), vector[..i]);
        }
    }

    private static void InvertColumn(double[] factor, int n, int column, Span<double> inverse)
    {
        inverse[column] = 1 / factor[(column * n) + column];
        for (var i = column + 1; i < n; i++)
        {
            inverse[i] = -DoubleMath.Dot(
                factor.AsSpan((i * n) + column, i - column), inverse[column..i]) / factor[(i * n) + i];
        }
    }
}
