using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Projection;

/// <summary>
/// The eigenvectors of a connected graph's normalised Laplacian I − D^−½ W D^−½ that follow the constant one: its
/// slowest waves (Belkin and Niyogi 2003). They are found by subspace iteration with a Chebyshev filter (Zhou, Saad,
/// Tiago and Chelikowsky 2006) on eight vectors at a time: a row of eight numbers is one or two registers, so a product
/// with the graph reads each neighbour's row once for all of them.
/// </summary>
internal sealed class SpectralEmbedding
{
    /// <summary>Most eigenvectors that can be asked for.</summary>
    public const int Largest = Width - 2;

    private const int Width = 8;
    private const int Half = Width / 2;
    private const int Degree = 24;
    private const int Rounds = 40;
    private const double Tolerance = 1e-5;
    private const int RowsAtOnce = 512;

    private readonly NeighborGraph _graph;
    private readonly ThreadTeam _team;
    private readonly double[] _edges;
    private readonly double[] _constant;
    private double[] _vectors;
    private double[] _product;
    private double[] _before;

    private SpectralEmbedding(NeighborGraph graph, ulong seed, ThreadTeam team)
    {
        (_graph, _team) = (graph, team);
        var n = graph.Count;
        (_vectors, _product, _before) = (new double[n * Width], new double[n * Width], new double[n * Width]);
        (_edges, _constant) = (new double[graph.Targets.Length], new double[n]);
        var total = 0.0;
        for (var vertex = 0; vertex < n; vertex++)
        {
            var degree = 0.0;
            foreach (var weight in graph.WeightsOf(vertex))
            {
                degree += weight;
            }

            _constant[vertex] = Math.Sqrt(degree);
            total += degree;
        }

        for (var vertex = 0; vertex < n; vertex++)
        {
            for (var edge = graph.Starts[vertex]; edge < graph.Starts[vertex + 1]; edge++)
            {
                _edges[edge] = graph.Weights[edge] / (_constant[vertex] * _constant[graph.Targets[edge]]);
            }
        }

        for (var vertex = 0; vertex < n; vertex++)
        {
            _constant[vertex] /= Math.Sqrt(total);
        }

        var random = new CounterRandom(seed);
        for (var i = 0; i < _vectors.Length; i++)
        {
            _vectors[i] = random.Uniform(0, (ulong)i) - 0.5;
        }
    }

    /// <summary>Eigenvectors [count, dimensions] by ascending eigenvalue, each of length 1.</summary>
    /// <param name="graph">Connected, each vertex with an edge, at least ten vertices.</param>
    /// <param name="dimensions">How many, up to <see cref="Largest"/>.</param>
    /// <param name="seed">Of the vectors that the iteration starts from.</param>
    /// <param name="team">Threads that share the vertices.</param>
    public static double[] Of(NeighborGraph graph, int dimensions, ulong seed, ThreadTeam team)
    {
        var iteration = new SpectralEmbedding(graph, seed, team);
        var cut = iteration.Rotate(dimensions).Cut;
        for (var round = 0; round < Rounds; round++)
        {
            iteration.Filter(cut);
            (cut, var residual) = iteration.Rotate(dimensions);
            if (residual < Tolerance)
            {
                break;
            }
        }

        var result = new double[graph.Count * dimensions];
        for (var i = 0; i < graph.Count; i++)
        {
            iteration._vectors.AsSpan(i * Width, dimensions).CopyTo(result.AsSpan(i * dimensions));
        }

        return result;
    }

    // Makes the vectors orthonormal and orthogonal to the constant, and turns them to the eigenvectors of their space.
    // Cut is the smallest of their eigenvalues, Residual the largest of the first ones'.
    private (double Cut, double Residual) Rotate(int dimensions)
    {
        for (var pass = 0; pass < 2; pass++)
        {
            RemoveConstant();
            ScaleColumns();
            var (values, turn) = Eigen(Products(_vectors, _vectors));
            for (var column = 0; column < Width; column++)
            {
                // A direction that is missing becomes noise, and the second pass makes a direction of it.
                var scale = 1 / Math.Sqrt(Math.Max(values[column], 1e-13 * values[0]));
                for (var row = 0; row < Width; row++)
                {
                    turn[(row * Width) + column] *= scale;
                }
            }

            Turn(_vectors, turn);
        }

        Multiply(_vectors, _product, 1, 0, null);
        var (ritz, rotation) = Eigen(Products(_vectors, _product));
        Turn(_vectors, rotation);
        Turn(_product, rotation);
        var rests = ColumnSquares(ritz);
        return (ritz[^1], Math.Sqrt(rests[..dimensions].Max()));
    }

    // Chebyshev's polynomial of M: small between −1 and the cut, steep beyond it.
    private void Filter(double cut)
    {
        var (centre, half) = ((Math.Min(cut, 1 - 1e-9) - 1) / 2, (Math.Min(cut, 1 - 1e-9) + 1) / 2);
        Multiply(_vectors, _product, 1 / half, -centre / half, null);
        for (var degree = 2; degree <= Degree; degree++)
        {
            Multiply(_product, _before, 2 / half, -2 * centre / half, _vectors);
            (_vectors, _product, _before) = (_product, _before, _vectors);
        }

        (_vectors, _product) = (_product, _vectors);
    }

    // target = a · M x + b · x − minus
    private void Multiply(double[] x, double[] target, double a, double b, double[]? minus) =>
        _team.Ranges(_graph.Count, RowsAtOnce, (from, to) => MultiplyRows(x, target, a, b, minus, from, to));

    // Compiled in full at its first call, since a small graph needs few calls.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MultiplyRows(double[] x, double[] target, double a, double b, double[]? minus, int from, int to)
    {
        ref var source = ref MemoryMarshal.GetArrayDataReference(x);
        ref var output = ref MemoryMarshal.GetArrayDataReference(target);
        for (var i = from; i < to; i++)
        {
            var (low, high) = (Vector256<double>.Zero, Vector256<double>.Zero);
            for (var edge = _graph.Starts[i]; edge < _graph.Starts[i + 1]; edge++)
            {
                var (other, weight) = ((nuint)_graph.Targets[edge] * Width, Vector256.Create(_edges[edge]));
                low += Vector256.LoadUnsafe(in source, other) * weight;
                high += Vector256.LoadUnsafe(in source, other + Half) * weight;
            }

            var at = (nuint)i * Width;
            low = (low * a) + (Vector256.LoadUnsafe(in source, at) * b);
            high = (high * a) + (Vector256.LoadUnsafe(in source, at + Half) * b);
            if (minus is not null)
            {
                low -= Vector256.LoadUnsafe(in minus[0], at);
                high -= Vector256.LoadUnsafe(in minus[0], at + Half);
            }

            low.StoreUnsafe(ref output, at);
            high.StoreUnsafe(ref output, at + Half);
        }
    }

    private void RemoveConstant()
    {
        var sums = Sums((i, sum) => sum[0] += Row(_vectors, i) * Vector512.Create(_constant[i]), 1);
        var along = Vector512.Create<double>(sums);
        ForRows(i => Store(_vectors, i, Row(_vectors, i) - (along * Vector512.Create(_constant[i]))));
    }

    private void ScaleColumns()
    {
        var sums = Sums((i, sum) => sum[0] += Row(_vectors, i) * Row(_vectors, i), 1);
        var squares = Vector512.Max(Vector512.Create<double>(sums), Vector512.Create(1e-300));
        var scales = Vector512<double>.One / Vector512.Sqrt(squares);
        ForRows(i => Store(_vectors, i, Row(_vectors, i) * scales));
    }

    // xᵀ y [Width, Width]
    private double[] Products(double[] x, double[] y) => Sums(
        (i, sums) =>
        {
            var row = Row(y, i);
            for (var column = 0; column < Width; column++)
            {
                sums[column] += row * Vector512.Create(x[(i * Width) + column]);
            }
        },
        Width);

    private double[] ColumnSquares(double[] values)
    {
        var wide = Vector512.Create<double>(values);
        return Sums(
            (i, sum) =>
            {
                var rest = Row(_product, i) - (wide * Row(_vectors, i));
                sum[0] += rest * rest;
            },
            1);
    }

    // Each row times a matrix [Width, Width].
    private void Turn(double[] x, double[] matrix)
    {
        var lines = Enumerable.Range(0, Width).Select(line => Row(matrix, line)).ToArray();
        ForRows(i =>
        {
            var row = Vector512<double>.Zero;
            for (var line = 0; line < Width; line++)
            {
                row += lines[line] * Vector512.Create(x[(i * Width) + line]);
            }

            Store(x, i, row);
        });
    }

    // Eigenvalues, the largest first, and their vectors as columns.
    private (double[] Values, double[] Columns) Eigen(double[] matrix)
    {
        var symmetric = new double[Width * Width];
        for (var i = 0; i < symmetric.Length; i++)
        {
            symmetric[i] = (matrix[i] + matrix[(i % Width * Width) + (i / Width)]) / 2;
        }

        var (values, vectors) = SymmetricEigen.Largest(symmetric, Width, Width, _team);
        var columns = Enumerable.Range(0, Width * Width).Select(i => vectors[(i % Width * Width) + (i / Width)]);
        return (values, [.. columns]);
    }

    private double[] Sums(Action<int, Vector512<double>[]> add, int registers)
    {
        var parts = new Vector512<double>[(_graph.Count + RowsAtOnce - 1) / RowsAtOnce][];
        _team.Ranges(_graph.Count, RowsAtOnce, (from, to) =>
        {
            var sums = new Vector512<double>[registers];
            for (var i = from; i < to; i++)
            {
                add(i, sums);
            }

            parts[from / RowsAtOnce] = sums;
        });
        var total = new double[registers * Width];
        for (var register = 0; register < registers; register++)
        {
            var sum = Vector512<double>.Zero;
            foreach (var part in parts)
            {
                sum += part[register];
            }

            sum.CopyTo(total, register * Width);
        }

        return total;
    }

    private void ForRows(Action<int> body) => _team.Ranges(_graph.Count, RowsAtOnce, (from, to) =>
    {
        for (var i = from; i < to; i++)
        {
            body(i);
        }
    });

    private static Vector512<double> Row(double[] matrix, int row) =>
        Vector512.LoadUnsafe(in matrix[0], (nuint)row * Width);

    private static void Store(double[] matrix, int row, Vector512<double> values) =>
        values.StoreUnsafe(ref matrix[0], (nuint)row * Width);
}
