namespace Embeddings.Analysis.Numerics;

/// <summary>Eigenvalues and eigenvectors of a symmetric tridiagonal matrix.</summary>
internal static class TridiagonalEigen
{
    // 2⁻⁵²
    private const double Epsilon = 2.220446049250313e-16;

    private const ulong Attempts = 8;

    /// <summary>The largest eigenvalues, the largest first, each by bisection to the last digits.</summary>
    /// <param name="diagonal">[n]</param>
    /// <param name="offDiagonal">[n]; element i stands beside diagonal i − 1 and i, element 0 is not read.</param>
    /// <param name="count">How many.</param>
    public static double[] Largest(double[] diagonal, double[] offDiagonal, int count)
    {
        var (least, most) = Bounds(diagonal, offDiagonal);
        var values = new double[count];
        for (var index = 0; index < count; index++)
        {
            // Of n eigenvalues, n − index are at most the one that is sought.
            var (low, high) = (least, index == 0 ? most : values[index - 1]);
            while (true)
            {
                var middle = low + ((high - low) / 2);
                if (middle <= low || middle >= high)
                {
                    break;
                }

                if (Below(diagonal, offDiagonal, middle) >= diagonal.Length - index)
                {
                    high = middle;
                }
                else
                {
                    low = middle;
                }
            }

            values[index] = high;
        }

        return values;
    }

    /// <summary>Eigenvectors [values, n] of length 1, by inverse iteration from random vectors.</summary>
    public static double[] Vectors(double[] diagonal, double[] offDiagonal, double[] values, int iterations)
    {
        var n = diagonal.Length;
        var (least, most) = Bounds(diagonal, offDiagonal);
        var smallest = Math.Max(Epsilon * Math.Max(Math.Abs(least), Math.Abs(most)), double.Epsilon * 1e16);
        var vectors = new double[values.Length * n];
        var random = new CounterRandom(1);
        for (var index = 0; index < values.Length; index++)
        {
            var vector = vectors.AsSpan(index * n, n);
            var solver = new TridiagonalSolver(diagonal, offDiagonal, values[index], smallest);
            for (var attempt = 0UL; ; attempt++)
            {
                for (var i = 0; i < n; i++)
                {
                    vector[i] = random.Uniform(((ulong)index << 8) + attempt, (ulong)i) - 0.5;
                }

                if (Iterate(solver, vectors, index, vector, attempt < Attempts ? iterations : 0))
                {
                    break;
                }
            }
        }

        return vectors;
    }

    // False if the vector lies in the space of those before it.
    private static bool Iterate(
        TridiagonalSolver solver, double[] vectors, int index, Span<double> vector, int iterations)
    {
        for (var iteration = 0; iteration <= iterations; iteration++)
        {
            if (iteration > 0)
            {
                solver.Solve(vector);
                Scale(vector);
            }

            // Twice, since the first time leaves the rounding of what it took away.
            for (var pass = 0; pass < 2; pass++)
            {
                for (var other = 0; other < index; other++)
                {
                    var before = vectors.AsSpan(other * vector.Length, vector.Length);
                    var along = SymmetricEigen.Dot(before, vector);
                    for (var i = 0; i < vector.Length; i++)
                    {
                        vector[i] -= along * before[i];
                    }
                }

                if (Scale(vector) < 1e-8 && iteration > 0)
                {
                    return false;
                }
            }
        }

        return true;
    }

    // To length 1; gives the length before. The largest entry is divided out first, since squares could overflow.
    private static double Scale(Span<double> vector)
    {
        var largest = 0.0;
        foreach (var value in vector)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        if (largest == 0)
        {
            return 0;
        }

        foreach (ref var value in vector)
        {
            value /= largest;
        }

        var norm = Math.Sqrt(SymmetricEigen.Dot(vector, vector));
        foreach (ref var value in vector)
        {
            value /= norm;
        }

        return norm * largest;
    }

    // Gershgorin's circles, a little wider.
    private static (double Least, double Most) Bounds(double[] diagonal, double[] offDiagonal)
    {
        var (least, most) = (double.PositiveInfinity, double.NegativeInfinity);
        for (var i = 0; i < diagonal.Length; i++)
        {
            var radius = i > 0 ? Math.Abs(offDiagonal[i]) : 0;
            radius += i + 1 < diagonal.Length ? Math.Abs(offDiagonal[i + 1]) : 0;
            least = Math.Min(least, diagonal[i] - radius);
            most = Math.Max(most, diagonal[i] + radius);
        }

        var margin = 4 * Epsilon * Math.Max(Math.Abs(least), Math.Abs(most));
        return (least - margin, most + margin);
    }

    // How many eigenvalues are below x: the negative pivots of the factorisation of T − x.
    private static int Below(double[] diagonal, double[] offDiagonal, double x)
    {
        var (count, pivot) = (0, 1.0);
        for (var i = 0; i < diagonal.Length; i++)
        {
            pivot = diagonal[i] - x - (i == 0 ? 0 : offDiagonal[i] * offDiagonal[i] / pivot);
            if (pivot == 0)
            {
                pivot = -double.Epsilon * 1e20;
            }

            count += pivot < 0 ? 1 : 0;
        }

        return count;
    }
}
