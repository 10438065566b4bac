using Embeddings.Analysis.Numerics;
using Embeddings.Vectors.Simd;

namespace Embeddings.Analysis.Projection;

/// <summary>
/// The mean and the covariance matrix of many vectors. Products of 256 rows at a time are summed by the block kernel as
/// floats, less the mean, and these sums are added in double precision in the order of the rows.
/// </summary>
internal static class Covariance
{
    // Rows whose products are summed as floats; their rounding is that of 256 additions.
    private const int RowsAtOnce = 256;

    // Such groups of rows between two meetings of the threads.
    private const int Groups = 4;

    // Lines of the matrix that a thread computes at once: whole panels of every register width.
    private const int Lines = 48;

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
        var dimensions = mean.Length;
        var rows = vectors.Length / dimensions;
        var panels = (dimensions + BlockKernel.PanelWidth - 1) / BlockKernel.PanelWidth;
        var matrix = new double[dimensions * dimensions];
        var columns = Enumerable.Range(0, Groups).Select(_ => new float[dimensions * RowsAtOnce]).ToArray();
        var packed = columns.Select(_ => new float[panels * BlockKernel.PanelWidth * RowsAtOnce]).ToArray();
        for (var first = 0; first < rows; first += Groups * RowsAtOnce)
        {
            var groups = Math.Min(Groups, (rows - first + RowsAtOnce - 1) / RowsAtOnce);
            team.Chunks(groups, group =>
            {
                var from = first + (group * RowsAtOnce);
                var count = Math.Min(RowsAtOnce, rows - from);
                Transpose(vectors.Span.Slice(from * dimensions, count * dimensions), mean, columns[group]);
                BlockKernel.Pack(columns[group], RowsAtOnce, packed[group]);
            });
            team.Ranges(dimensions, Lines, (from, to) =>
            {
                for (var group = 0; group < groups; group++)
                {
                    AddLines(columns[group], packed[group], from, to, matrix, dimensions);
                }
            });
            progress.Add((double)Math.Min(Groups * RowsAtOnce, rows - first) / rows);
        }

        Complete(matrix, dimensions, Math.Max(1, rows - 1));
        return matrix;
    }

    // Rows less the mean → columns [dimensions, RowsAtOnce]; rows that are missing are zero.
    private static void Transpose(ReadOnlySpan<float> rows, double[] mean, float[] columns)
    {
        Array.Clear(columns);
        for (var row = 0; row * mean.Length < rows.Length; row++)
        {
            for (var d = 0; d < mean.Length; d++)
            {
                columns[(d * RowsAtOnce) + row] = (float)(rows[(row * mean.Length) + d] - mean[d]);
            }
        }
    }

    // Columns before `from` are those of other lines, mirrored.
    private static void AddLines(float[] columns, float[] packed, int from, int to, double[] matrix, int dimensions)
    {
        var panels = packed.AsSpan(from * RowsAtOnce);
        var width = panels.Length / RowsAtOnce;
        var dots = new float[(to - from) * width];
        BlockKernel.Dot(columns.AsSpan(from * RowsAtOnce), RowsAtOnce, panels, RowsAtOnce, dots);
        for (var line = from; line < to; line++)
        {
            var sums = matrix.AsSpan((line * dimensions) + from, dimensions - from);
            var more = dots.AsSpan((line - from) * width, sums.Length);
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += more[i];
            }
        }
    }

    private static void Complete(double[] matrix, int dimensions, double divisor)
    {
        for (var line = 0; line < dimensions; line++)
        {
            for (var column = line; column < dimensions; column++)
            {
                var value = matrix[(line * dimensions) + column] / divisor;
                matrix[(line * dimensions) + column] = matrix[(column * dimensions) + line] = value;
            }
        }
    }
}
