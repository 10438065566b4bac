using Embeddings.Analysis.Numerics;
using Embeddings.Vectors;
using Embeddings.Vectors.Simd;

namespace Embeddings.Analysis.Neighbors;

/// <summary>
/// The exact k nearest neighbours of many vectors. The block kernel's floats find somewhat more than k candidates;
/// their distances are then computed in double precision. When the last candidate is not farther than the k-th
/// neighbour by more than floats can be wrong, every distance of that vector is computed in double precision. So the
/// result is what a comparison of all pairs gives, with the same bits for any number of threads and every register
/// width.
/// </summary>
/// <remarks>Vectors are row-major [count, dimensions]; coordinates are finite and within ±10¹⁵.</remarks>
public static class NearestNeighbors
{
    // A multiple of three panels of every width; its packed floats fit in a second-level cache.
    private const int Block = 96;

    private const int RowsToFinish = 64;

    /// <summary>Neighbours of each vector among the others, never itself.</summary>
    /// <param name="vectors">[count, dimensions]</param>
    /// <param name="dimensions">Coordinates of a vector, at least 1.</param>
    /// <param name="k">How many, at least 0; cut to count − 1.</param>
    /// <param name="metric">What near means; a zero vector has cosine 0 with all.</param>
    /// <param name="threads">Threads to use; 0 for one a processor.</param>
    /// <param name="progress">Told the part that is done, 0 to 1.</param>
    /// <param name="cancellationToken">Checked some hundred times.</param>
    /// <exception cref="ArgumentException">
    /// Not whole rows, or a coordinate that is not a number within ±10¹⁵.
    /// </exception>
    public static NeighborTable OfAll(
        ReadOnlyMemory<float> vectors, int dimensions, int k, Metric metric, int threads = 0,
        IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        using var team = new ThreadTeam(threads, cancellationToken);
        return OfAll(new VectorSet(vectors, dimensions, metric), k, team, Progress.Of(progress));
    }

    /// <summary>Neighbours of each of <paramref name="queries"/> among <paramref name="vectors"/>.</summary>
    /// <inheritdoc cref="OfAll(ReadOnlyMemory{float}, int, int, Metric, int, IProgress{double}?, CancellationToken)"/>
    /// <param name="queries">[queries, dimensions]</param>
    /// <param name="vectors">[count, dimensions]</param>
    /// <param name="dimensions">Coordinates of a vector, at least 1.</param>
    /// <param name="k">How many, at least 0; cut to count.</param>
    /// <param name="metric">What near means; a zero vector has cosine 0 with all.</param>
    /// <param name="threads">Threads to use; 0 for one a processor.</param>
    /// <param name="cancellationToken">Checked for each 96 queries.</param>
    public static NeighborTable Of(
        ReadOnlyMemory<float> queries, ReadOnlyMemory<float> vectors, int dimensions, int k, Metric metric,
        int threads = 0, CancellationToken cancellationToken = default)
    {
        using var team = new ThreadTeam(threads, cancellationToken);
        return Of(new VectorSet(queries, dimensions, metric), new VectorSet(vectors, dimensions, metric), k, team);
    }

    internal static NeighborTable OfAll(VectorSet set, int k, ThreadTeam team, Progress progress)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        k = Math.Min(k, Math.Max(0, set.Count - 1));
        var candidates = new Candidates(set.Count, Math.Min(Capacity(k), Math.Max(0, set.Count - 1)));
        var blocks = (set.Count + Block - 1) / Block;
        var locks = Enumerable.Range(0, blocks).Select(_ => new Lock()).ToArray();
        // A block of columns with all rows from its own on: each pair once, for both its sides. The longest come first.
        team.Chunks(blocks, columns =>
        {
            var (first, packed, dots) = (columns * Block, Pack(set, columns), new float[Block * Block]);
            for (var rows = columns; rows < blocks; rows++)
            {
                OfferPairs(set, candidates, first, rows * Block, packed, dots, locks[columns], locks[rows]);
            }

            progress.Add((blocks - columns) * 2.0 / ((blocks + 1.0) * blocks));
        });
        return Finish(set, set, candidates, k, true, team);
    }

    internal static NeighborTable Of(VectorSet queries, VectorSet set, int k, ThreadTeam team)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        k = Math.Min(k, set.Count);
        var candidates = new Candidates(queries.Count, Math.Min(Capacity(k), set.Count));
        team.Chunks((queries.Count + Block - 1) / Block, columns =>
        {
            var (first, packed, dots) = (columns * Block, Pack(queries, columns), new float[Block * Block]);
            var width = Math.Min(Block, queries.Count - first);
            for (var row = 0; row < set.Count; row += Block)
            {
                var height = Dot(set, row, packed, dots);
                for (var i = 0; i < height; i++)
                {
                    var line = dots.AsSpan(i * Block, width);
                    candidates.OfferRow(first, line, set.Scale[row + i], set.Offset[row + i], row + i);
                }
            }
        });
        return Finish(queries, set, candidates, k, false, team);
    }

    private static int Capacity(int k) => k == 0 ? 0 : k + 8 + (k / 8);

    private static float[] Pack(VectorSet set, int block)
    {
        var packed = new float[Block * set.Stride];
        var first = block * Block;
        var count = Math.Min(Block, set.Count - first);
        BlockKernel.Pack(set.Rows.Span.Slice(first * set.Stride, count * set.Stride), set.Stride, packed);
        return packed;
    }

    private static int Dot(VectorSet set, int first, float[] packed, float[] dots)
    {
        var height = Math.Min(Block, set.Count - first);
        var rows = set.Rows.Span[(first * set.Stride)..];
        BlockKernel.Dot(rows, set.Stride, packed, set.Stride, dots.AsSpan(0, height * Block));
        return height;
    }

    private static void OfferPairs(
        VectorSet set, Candidates candidates, int column, int row, float[] packed, float[] dots, Lock ofColumns,
        Lock ofRows)
    {
        var (width, height) = (Math.Min(Block, set.Count - column), Dot(set, row, packed, dots));
        lock (ofRows)
        {
            for (var i = 0; i < height; i++)
            {
                var count = row == column ? i : width;
                candidates.OfferColumns(
                    row + i, dots.AsSpan(i * Block, count), set.Scale.AsSpan(column, count),
                    set.Offset.AsSpan(column, count), column);
            }
        }

        lock (ofColumns)
        {
            for (var i = 0; i < height; i++)
            {
                var line = dots.AsSpan(i * Block, row == column ? i : width);
                candidates.OfferRow(column, line, set.Scale[row + i], set.Offset[row + i], row + i);
            }
        }
    }

    private static NeighborTable Finish(
        VectorSet queries, VectorSet set, Candidates candidates, int k, bool others, ThreadTeam team)
    {
        var table = new NeighborTable(k, new int[queries.Count * k], new float[queries.Count * k]);
        if (k == 0)
        {
            return table;
        }

        team.Ranges(queries.Count, RowsToFinish, (from, to) =>
        {
            for (var i = from; i < to; i++)
            {
                var found = Scored(queries, i, set, candidates.Ids(i));
                var available = set.Count - (others ? 1 : 0);
                var margin = queries.Key(i, found[k - 1].Score) - candidates.Threshold(i);
                if (found.Length < available && !(margin > queries.KeyError(i, set)))
                {
                    int[] all = [.. Enumerable.Range(0, set.Count).Where(id => !others || id != i)];
                    found = Scored(queries, i, set, all);
                }

                for (var rank = 0; rank < k; rank++)
                {
                    table.Indices[(i * k) + rank] = found[rank].Id;
                    table.Distances[(i * k) + rank] = queries.Distance(found[rank].Score);
                }
            }
        });
        return table;
    }

    private static (double Score, int Id)[] Scored(VectorSet queries, int query, VectorSet set, ReadOnlySpan<int> ids)
    {
        var found = new (double Score, int Id)[ids.Length];
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = (queries.Score(query, set, ids[i]), ids[i]);
        }

        Array.Sort(found);
        return found;
    }
}
