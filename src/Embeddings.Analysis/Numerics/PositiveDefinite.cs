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
        Factor(matrix, n, team);
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

    // Column by column: every row below the diagonal is independent of the others.
    private static void Factor(double[] matrix, int n, ThreadTeam team)
    {
        for (var j = 0; j < n; j++)
        {
            team.ThrowIfCancelled();
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
