using Embeddings.Analysis.Numerics;
using Embeddings.Vectors.Index;

namespace Embeddings.Analysis.Clustering;

/// <summary>
/// Rows to be clustered, and loops over them. A loop's chunks are the same for any number of threads, and what chunks
/// add up is added in their order; so every result has the same bits.
/// </summary>
internal sealed class Points
{
    public const int RowsInChunk = 1024;

    private readonly ReadOnlyMemory<float> _rows;

    /// <summary>Takes rows [count, dimensions].</summary>
    /// <exception cref="ArgumentException">
    /// There is no row, the last is not whole, or a number is not finite or beyond ±10¹⁵.
    /// </exception>
    public Points(ReadOnlyMemory<float> rows, int dimensions, ThreadTeam team)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        if (rows.IsEmpty)
        {
            throw new ArgumentException("There must be at least one row.", nameof(rows));
        }

        VectorCheck.Check(rows.Span, rows.Length / dimensions, dimensions, nameof(rows));
        (_rows, Dimensions, Team) = (rows, dimensions, team);
    }

    public int Count => _rows.Length / Dimensions;

    public int Dimensions { get; }

    /// <summary>The threads of all loops over these rows.</summary>
    public ThreadTeam Team { get; }

    public int Chunks => (Count + RowsInChunk - 1) / RowsInChunk;

    public ReadOnlySpan<float> Row(int row) => _rows.Span.Slice(row * Dimensions, Dimensions);

    /// <summary>[Count, Dimensions]</summary>
    public ReadOnlyMemory<float> All => _rows;

    public ReadOnlySpan<float> Rows(int start, int count) => _rows.Span.Slice(start * Dimensions, count * Dimensions);

    /// <summary>Calls the action with (chunk, first row, row behind the last) for every chunk.</summary>
    public void ForChunks(Action<int, int, int> action) =>
        Team.Ranges(Count, RowsInChunk, (from, to) => action(from / RowsInChunk, from, to));

    /// <summary>The rows at these places, as points of their own.</summary>
    public Points Take(ReadOnlySpan<int> places) => new(Gather(places), Dimensions, Team);

    /// <summary>Copies the rows at these places, [places, dimensions].</summary>
    public float[] Gather(ReadOnlySpan<int> places)
    {
        var rows = new float[(long)places.Length * Dimensions];
        for (var i = 0; i < places.Length; i++)
        {
            Row(places[i]).CopyTo(rows.AsSpan(i * Dimensions));
        }

        return rows;
    }

    /// <summary>The rows scaled to length 1; zero rows stay zero.</summary>
    public Points Normalized()
    {
        var rows = _rows.ToArray();
        for (var row = 0; row < Count; row++)
        {
            Normalize(rows.AsSpan(row * Dimensions, Dimensions));
        }

        return new(rows, Dimensions, Team);
    }

    /// <summary>The mean of all rows, [dimensions].</summary>
    public float[] Mean()
    {
        var parts = new double[Chunks][];
        ForChunks((chunk, from, to) => parts[chunk] = SumOfRows(from, to));
        var mean = new float[Dimensions];
        for (var i = 0; i < Dimensions; i++)
        {
            mean[i] = (float)(parts.Sum(part => part[i]) / Count);
        }

        return mean;
    }

    /// <summary>Σ of the squared distances of rows to what <paramref name="center"/> gives for each.</summary>
    public double SumOfSquaredDistances(Func<int, ReadOnlyMemory<float>> center) =>
        Team.Sum(Count, RowsInChunk, (from, to) =>
        {
            var sum = 0.0;
            for (var row = from; row < to; row++)
            {
                sum += DoubleMath.SquaredDistance(Row(row), center(row).Span);
            }

            return sum;
        });

    /// <summary>Scales a row to length 1, in place. A zero row stays zero.</summary>
    public static void Normalize(Span<float> row)
    {
        var norm = Math.Sqrt(DoubleMath.Dot(row, row));
        for (var i = 0; norm > 0 && i < row.Length; i++)
        {
            row[i] = (float)(row[i] / norm);
        }
    }

    private double[] SumOfRows(int from, int to)
    {
        var sum = new double[Dimensions];
        for (var row = from; row < to; row++)
        {
            DoubleMath.Add(Row(row), sum);
        }

        return sum;
    }
}
