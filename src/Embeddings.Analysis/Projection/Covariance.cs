using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Projection;

/// <summary>
/// The mean and the covariance matrix of many vectors. Products of 256 rows at a time are summed as floats, less the
/// mean, and these sums are added in double precision in the order of the rows. Multiplications and additions are not
/// fused, so that every processor gives the same bits.
/// </summary>
internal static class Covariance
{
    // Rows whose products are summed as floats; their rounding is that of 256 additions.
    private const int RowsAtOnce = 256;

    // Such groups of rows between two meetings of the threads.
    private const int Groups = 4;

    // Sums of 4 lines and 2 · 8 columns stay in registers for all rows of a group.
    private const int Lanes = 8;
    private const int LinesAtOnce = 4;
    private const int Alignment = 2 * Lanes;

    // Lines of the matrix that a thread computes at once.
    private const int Lines = 3 * Alignment;

    private const int RowsOfMean = 4096;

    /// <summary>The mean [dimensions].</summary>
    /// <param name="vectors">[rows, dimensions]</param>
    /// <param name="dimensions">Coordinates of a vector.</param>
    /// <param name="team">Threads that share the rows.</param>
    public static double[] Mean(ReadOnlyMemory<float> vectors, int dimensions, ThreadTeam team)
    {
        var rows = vectors.Length / dimensions;
        var parts = new double[(rows + RowsOfMean - 1) / RowsOfMean][];
        team.Ranges(rows, RowsOfMean, (from, to) =>
        {
            var sum = parts[from / RowsOfMean] = new double[dimensions];
            for (var row = from; row < to; row++)
            {
                var vector = vectors.Span.Slice(row * dimensions, dimensions);
                for (var d = 0; d < dimensions; d++)
                {
                    sum[d] += vector[d];
                }
            }
        });
        var mean = new double[dimensions];
        foreach (var part in parts)
        {
            for (var d = 0; d < dimensions; d++)
            {
                mean[d] += part[d] / rows;
            }
        }

        return mean;
    }

    /// <summary>The covariance matrix [dimensions, dimensions], divided by rows − 1; of one row it is zero.</summary>
    /// <param name="vectors">[rows, dimensions]</param>
    /// <param name="mean">[dimensions]</param>
    /// <param name="team">Threads that share the work.</param>
    /// <param name="progress">Told the part of the rows that is done.</param>
    public static double[] Of(ReadOnlyMemory<float> vectors, double[] mean, ThreadTeam team, Progress progress)
    {
        var (dimensions, rows) = (mean.Length, vectors.Length / mean.Length);
        var size = (dimensions + Alignment - 1) / Alignment * Alignment;
        var sums = new double[size * size];
        var columns = Enumerable.Range(0, Groups).Select(_ => new float[size * RowsAtOnce]).ToArray();
        var panels = columns.Select(column => new float[column.Length]).ToArray();
        for (var first = 0; first < rows; first += Groups * RowsAtOnce)
        {
            var groups = Math.Min(Groups, (rows - first + RowsAtOnce - 1) / RowsAtOnce);
            team.Chunks(groups, group =>
            {
                var from = first + (group * RowsAtOnce);
                var count = Math.Min(RowsAtOnce, rows - from);
                var part = vectors.Span.Slice(from * dimensions, count * dimensions);
                Transpose(part, mean, columns[group], panels[group]);
            });
            team.Ranges(size, Lines, (from, to) =>
            {
                for (var group = 0; group < groups; group++)
                {
                    AddLines(columns[group], panels[group], from, to, sums, size);
                }
            });
            progress.Add((double)Math.Min(Groups * RowsAtOnce, rows - first) / rows);
        }

        return Complete(sums, size, dimensions, Math.Max(1, rows - 1));
    }

    // Rows less the mean → columns [size, RowsAtOnce], and panels [size / Lanes, RowsAtOnce, Lanes]. What is missing
    // is 0.
    private static void Transpose(ReadOnlySpan<float> rows, double[] mean, float[] columns, float[] panels)
    {
        Array.Clear(columns);
        Array.Clear(panels);
        for (var row = 0; row * mean.Length < rows.Length; row++)
        {
            for (var d = 0; d < mean.Length; d++)
            {
                var value = (float)(rows[(row * mean.Length) + d] - mean[d]);
                columns[(d * RowsAtOnce) + row] = value;
                panels[(((d / Lanes * RowsAtOnce) + row) * Lanes) + (d % Lanes)] = value;
            }
        }
    }

    // Columns before `from` are those of other lines, mirrored.
    private static void AddLines(float[] columns, float[] panels, int from, int to, double[] sums, int size)
    {
        for (var column = from; column < size; column += Alignment)
        {
            for (var line = from; line < to; line += LinesAtOnce)
            {
                AddBlock(
                    ref columns[line * RowsAtOnce], ref panels[column * RowsAtOnce],
                    ref sums[(line * size) + column], (nuint)size);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddBlock(ref float lines, ref float panels, ref double sums, nuint size)
    {
        var (a0, a1) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var (b0, b1, c0, c1, d0, d1) = (a0, a0, a0, a0, a0, a0);
        for (nuint row = 0; row < RowsAtOnce; row++)
        {
            var x = Vector256.LoadUnsafe(ref panels, row * Lanes);
            var y = Vector256.LoadUnsafe(ref panels, (row + RowsAtOnce) * Lanes);
            var line = Vector256.Create(Unsafe.Add(ref lines, row));
            (a0, a1) = (a0 + (line * x), a1 + (line * y));
            line = Vector256.Create(Unsafe.Add(ref lines, row + RowsAtOnce));
            (b0, b1) = (b0 + (line * x), b1 + (line * y));
            line = Vector256.Create(Unsafe.Add(ref lines, row + (2 * RowsAtOnce)));
            (c0, c1) = (c0 + (line * x), c1 + (line * y));
            line = Vector256.Create(Unsafe.Add(ref lines, row + (3 * RowsAtOnce)));
            (d0, d1) = (d0 + (line * x), d1 + (line * y));
        }

        AddLine(a0, a1, ref sums);
        AddLine(b0, b1, ref Unsafe.Add(ref sums, size));
        AddLine(c0, c1, ref Unsafe.Add(ref sums, 2 * size));
        AddLine(d0, d1, ref Unsafe.Add(ref sums, 3 * size));
    }

    private static void AddLine(Vector256<float> first, Vector256<float> second, ref double sums)
    {
        for (var i = 0; i < Lanes; i++)
        {
            Unsafe.Add(ref sums, i) += first[i];
            Unsafe.Add(ref sums, i + Lanes) += second[i];
        }
    }

    private static double[] Complete(double[] sums, int size, int dimensions, double divisor)
    {
        var matrix = size == dimensions ? sums : new double[dimensions * dimensions];
        for (var line = 0; line < dimensions; line++)
        {
            for (var column = line; column < dimensions; column++)
            {
                var value = sums[(line * size) + column] / divisor;
                matrix[(line * dimensions) + column] = matrix[(column * dimensions) + line] = value;
            }
        }

        return matrix;
    }
}
