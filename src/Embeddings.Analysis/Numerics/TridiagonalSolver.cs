namespace Embeddings.Analysis.Numerics;

/// <summary>
/// Solves (T − shift) x = y for a symmetric tridiagonal T: elimination with partial pivoting, whose upper triangle has
/// two diagonals beside the main one. A pivot that is nearly zero is replaced by a small number: near an eigenvalue the
/// solution is then a large multiple of its eigenvector, which is what inverse iteration wants.
/// </summary>
internal sealed class TridiagonalSolver
{
    private readonly double[] _pivot;
    private readonly double[] _first;
    private readonly double[] _second;
    private readonly double[] _factor;
    private readonly bool[] _swapped;

    /// <param name="diagonal">[n]</param>
    /// <param name="offDiagonal">[n]; element i stands beside diagonal i − 1 and i.</param>
    /// <param name="shift">What is taken from the diagonal.</param>
    /// <param name="smallest">The smallest pivot.</param>
    public TridiagonalSolver(double[] diagonal, double[] offDiagonal, double shift, double smallest)
    {
        var n = diagonal.Length;
        (_pivot, _first, _second, _factor) = (new double[n], new double[n], new double[n], new double[n]);
        _swapped = new bool[n];
        var (a, b) = (diagonal[0] - shift, n > 1 ? offDiagonal[1] : 0);
        for (var i = 0; i < n; i++)
        {
            if (i == n - 1)
            {
                _pivot[i] = Math.Abs(a) < smallest ? smallest : a;
                break;
            }

            // The row below: (below, diagonal, beside), the row so far: (a, b, 0).
            var (below, next) = (offDiagonal[i + 1], diagonal[i + 1] - shift);
            var beside = i + 2 < n ? offDiagonal[i + 2] : 0;
            _swapped[i] = Math.Abs(below) > Math.Abs(a);
            if (_swapped[i])
            {
                (_pivot[i], _first[i], _second[i]) = (below, next, beside);
                _factor[i] = a / below;
                (a, b) = (b - (_factor[i] * next), -_factor[i] * beside);
            }
            else
            {
                _pivot[i] = Math.Abs(a) < smallest ? smallest : a;
                (_first[i], _second[i]) = (b, 0);
                _factor[i] = below / _pivot[i];
                (a, b) = (next - (_factor[i] * b), beside);
            }
        }
    }

    /// <summary>Overwrites the right side [n] by the solution.</summary>
    public void Solve(Span<double> x)
    {
        for (var i = 0; i + 1 < x.Length; i++)
        {
            if (_swapped[i])
            {
                (x[i], x[i + 1]) = (x[i + 1], x[i] - (_factor[i] * x[i + 1]));
            }
            else
            {
                x[i + 1] -= _factor[i] * x[i];
            }
        }

        for (var i = x.Length - 1; i >= 0; i--)
        {
            var rest = x[i];
            rest -= i + 1 < x.Length ? _first[i] * x[i + 1] : 0;
            rest -= i + 2 < x.Length ? _second[i] * x[i + 2] : 0;
            x[i] = rest / _pivot[i];
        }
    }
}
