using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Embeddings.Analysis.Numerics;

/// <summary>
/// The largest eigenvalues of a real symmetric matrix, and their eigenvectors: reduction to a tridiagonal matrix by
/// Householder reflections, eigenvalues by bisection of Sturm sequences, eigenvectors by inverse iteration (Golub and
/// Van Loan, Matrix Computations, chapter 8). There is no iteration that could fail to converge, equal eigenvalues are
/// no special case, and a few vectors of many are cheap: n³ · 8/3 operations for n dimensions, n² for each vector.
/// </summary>
internal static class SymmetricEigen
{
    // Rows that a thread updates at once.
    private const int RowsAtOnce = 64;

    private const int InverseIterations = 4;

    /// <summary>
    /// Eigenvalues, the largest first, and their vectors [count, n] of length 1, orthogonal in pairs.
    /// </summary>
    /// <param name="matrix">[n, n], symmetric; it is overwritten.</param>
    /// <param name="n">Rows and columns.</param>
    /// <param name="count">How many, 1 to n.</param>
    /// <param name="team">Threads that share the reduction.</param>
    public static (double[] Values, double[] Vectors) Largest(double[] matrix, int n, int count, ThreadTeam team)
    {
        var (diagonal, offDiagonal, scale) = (new double[n], new double[n], new double[n]);
        Tridiagonalize(matrix, n, diagonal, offDiagonal, scale, team);
        var values = TridiagonalEigen.Largest(diagonal, offDiagonal, count);
        var vectors = TridiagonalEigen.Vectors(diagonal, offDiagonal, values, InverseIterations);
        team.Chunks(count, vector => Reflect(matrix, n, scale, vectors.AsSpan(vector * n, n)));
        return (values, vectors);
    }

    /// <summary>Σ x·y, in one fixed order of addition.</summary>
    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ref var a = ref MemoryMarshal.GetReference(x);
        ref var b = ref MemoryMarshal.GetReference(y);
        var (even, odd) = (Vector512<double>.Zero, Vector512<double>.Zero);
        nuint i = 0;
        for (; i + 16 <= (nuint)x.Length; i += 16)
        {
            even += Vector512.LoadUnsafe(in a, i) * Vector512.LoadUnsafe(in b, i);
            odd += Vector512.LoadUnsafe(in a, i + 8) * Vector512.LoadUnsafe(in b, i + 8);
        }

        even += odd;
        var half = even.GetLower() + even.GetUpper();
        var quarter = half.GetLower() + half.GetUpper();
        var sum = quarter[0] + quarter[1];
        for (; i < (nuint)x.Length; i++)
        {
            sum += x[(int)i] * y[(int)i];
        }

        return sum;
    }

    // Row i keeps the reflection that cleared it: I − u uᵀ / scale[i], u in its first i places.
    private static void Tridiagonalize(
        double[] matrix, int n, double[] diagonal, double[] offDiagonal, double[] scale, ThreadTeam team)
    {
        var (u, q, p) = (new double[n], new double[n], new double[n]);
        var pending = 0; // rows above which the last reflection still has to be applied, with u and q
        for (var i = n - 1; i >= 0; i--)
        {
            var row = matrix.AsSpan(i * n, n);
            if (pending > 0)
            {
                Update(row[..(i + 1)], q[i], u, u[i], q);
            }

            diagonal[i] = row[i];
            if (i == 0)
            {
                return;
            }

            var x = row[..i];
            var norm = Math.Sqrt(Dot(x, x));
            if (norm < double.Epsilon * 1e16)
            {
                // Nothing to clear: the matrix falls apart here.
                Finish(matrix, n, i, pending, u, q, team);
                (pending, scale[i], offDiagonal[i]) = (0, 0, 0);
                continue;
            }

            offDiagonal[i] = x[i - 1] > 0 ? -norm : norm;
            scale[i] = (norm * norm) - (x[i - 1] * offDiagonal[i]);
            x[i - 1] -= offDiagonal[i];
            var next = x.ToArray();
            var (oldU, oldQ, apply, h) = (u, q, pending > 0, scale[i]);
            var product = p;
            team.Ranges(i, RowsAtOnce, (from, to) =>
            {
                for (var j = from; j < to; j++)
                {
                    var line = matrix.AsSpan(j * n, i);
                    if (apply)
                    {
                        Update(line, oldQ[j], oldU, oldU[j], oldQ);
                    }

                    product[j] = Dot(line, next) / h;
                }
            });
            var half = Dot(p.AsSpan(0, i), next) / (2 * h);
            for (var j = 0; j < i; j++)
            {
                q[j] = p[j] - (half * next[j]);
            }

            next.CopyTo(u, 0);
            pending = i;
        }
    }

    private static void Finish(double[] matrix, int n, int rows, int pending, double[] u, double[] q, ThreadTeam team)
    {
        if (pending > 0)
        {
            team.Ranges(rows, RowsAtOnce, (from, to) =>
            {
                for (var j = from; j < to; j++)
                {
                    Update(matrix.AsSpan(j * n, rows), q[j], u, u[j], q);
                }
            });
        }
    }

    // line −= a · x + b · y
    private static void Update(Span<double> line, double a, double[] x, double b, double[] y)
    {
        ref var target = ref MemoryMarshal.GetReference(line);
        ref var first = ref MemoryMarshal.GetArrayDataReference(x);
        ref var second = ref MemoryMarshal.GetArrayDataReference(y);
        var (wideA, wideB) = (Vector512.Create(a), Vector512.Create(b));
        nuint i = 0;
        for (; i + 8 <= (nuint)line.Length; i += 8)
        {
            var sum = (wideA * Vector512.LoadUnsafe(in first, i)) + (wideB * Vector512.LoadUnsafe(in second, i));
            (Vector512.LoadUnsafe(in target, i) - sum).StoreUnsafe(ref target, i);
        }

        for (; i < (nuint)line.Length; i++)
        {
            line[(int)i] -= (a * x[i]) + (b * y[i]);
        }
    }

    // From coordinates of the tridiagonal matrix to those of the matrix itself.
    private static void Reflect(double[] matrix, int n, double[] scale, Span<double> vector)
    {
        for (var i = 1; i < n; i++)
        {
            if (scale[i] != 0)
            {
                var u = matrix.AsSpan(i * n, i);
                var factor = Dot(u, vector[..i]) / scale[i];
                for (var j = 0; j < i; j++)
                {
                    vector[j] -= factor * u[j];
                }
            }
        }
    }
}
