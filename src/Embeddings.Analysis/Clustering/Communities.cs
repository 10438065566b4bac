using Embeddings.Analysis.Numerics;
using Embeddings.Vectors.Simd;

namespace Embeddings.Analysis.Clustering;

/// <summary>
/// Groups of rows that are all alike to one of them: sentence-transformers' <c>community_detection</c>. Good for near
/// duplicates; rows without enough others like them are in no community. The result has the same bits for any number of
/// threads. Thread-safe: it has no state.
/// </summary>
public static class Communities
{
    private const int RowsAtOnce = 64;

    /// <summary>
    /// Finds communities: for each row all rows of at least this cosine, where there are enough; the largest first,
    /// each without the rows of those before it.
    /// </summary>
    /// <param name="rows">[rows, dimensions], row-major, within ±10¹⁵; of any length.</param>
    /// <param name="dimensions">Numbers of a row, at least 1.</param>
    /// <param name="threshold">The least cosine to the central row, −1 to 1.</param>
    /// <param name="minSize">Rows of the smallest community, at least 1; cut to the number of rows.</param>
    /// <param name="threads">At most; 0 for all processors.</param>
    /// <param name="progress">From 0 to 1.</param>
    /// <param name="cancellationToken">Checked for each 64 rows.</param>
    /// <returns>
    /// Communities, the largest first; in each the rows nearest to its central row first, itself among them.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// There is no row, a number is not finite, or an option is out of its range.
    /// </exception>
    public static IReadOnlyList<int[]> Find(
        ReadOnlyMemory<float> rows, int dimensions, float threshold = 0.75f, int minSize = 10, int threads = 0,
        IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        if (!(Math.Abs(threshold) <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "A cosine is between −1 and 1.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(minSize, 1);
        using var team = new ThreadTeam(threads, cancellationToken);
        var cosines = new Cosines(new Points(rows, dimensions, team).Normalized());
        minSize = Math.Min(minSize, cosines.Count);
        var sizes = new int[cosines.Count];
        var done = 0;
        team.Chunks((cosines.Count + RowsAtOnce - 1) / RowsAtOnce, block =>
        {
            int[] centers = [.. Enumerable.Range(
                block * RowsAtOnce, Math.Min(RowsAtOnce, cosines.Count - (block * RowsAtOnce)))];
            cosines.ForBlocks(centers, (row, _, some) =>
            {
                foreach (var cosine in some)
                {
                    sizes[row] += cosine >= threshold ? 1 : 0;
                }
            });
            progress?.Report(0.5 * Interlocked.Add(ref done, centers.Length) / cosines.Count);
        });
        int[] candidates = [.. Enumerable.Range(0, sizes.Length).Where(row => sizes[row] >= minSize)
            .OrderByDescending(row => sizes[row])];
        return Disjoint(cosines, candidates, threshold, minSize, team, progress);
    }

    // Members are found again, a few hundred candidates at a time: to keep them all would take rows² numbers.
    private static List<int[]> Disjoint(
        Cosines cosines, int[] candidates, float threshold, int minSize, ThreadTeam team,
        IProgress<double>? progress)
    {
        const int BlocksAtOnce = 16;
        var communities = new List<int[]>();
        var isTaken = new bool[cosines.Count];
        for (var start = 0; start < candidates.Length; start += RowsAtOnce * BlocksAtOnce)
        {
            int[][] blocks = [.. candidates.Skip(start).Take(RowsAtOnce * BlocksAtOnce).Chunk(RowsAtOnce)];
            var members = new List<int[]>[blocks.Length];
            team.Chunks(
                blocks.Length, block => members[block] = cosines.Members(blocks[block], threshold, isTaken, minSize));
            foreach (var community in members.SelectMany(block => block))
            {
                int[] free = [.. community.Where(row => !isTaken[row])];
                if (free.Length < minSize)
                {
                    continue;
                }

                communities.Add(free);
                foreach (var row in free)
                {
                    isTaken[row] = true;
                }
            }

            progress?.Report(0.5 + (0.5 * start / candidates.Length));
        }

        progress?.Report(1);
        return [.. communities.OrderByDescending(community => community.Length)];
    }

    /// <summary>Cosines of some rows with all rows.</summary>
    private sealed class Cosines
    {
        private const int OthersAtOnce = 1024;

        private readonly Points _points;

        public Cosines(Points normalized) => _points = normalized;

        public int Count => _points.Count;

        /// <summary>Calls the action with (row, first other, cosines) for every row and block of others.</summary>
        public void ForBlocks(int[] rows, CosinesOfRow action)
        {
            var dimensions = _points.Dimensions;
            var width = (rows.Length + BlockKernel.PanelWidth - 1) / BlockKernel.PanelWidth * BlockKernel.PanelWidth;
            var packed = new float[width * dimensions];
            BlockKernel.Pack(_points.Gather(rows), dimensions, packed);
            var dots = new float[OthersAtOnce * width];
            var line = new float[OthersAtOnce];
            for (var start = 0; start < Count; start += OthersAtOnce)
            {
                var count = Math.Min(OthersAtOnce, Count - start);
                BlockKernel.Dot(
                    _points.Rows(start, count), dimensions, packed, dimensions, dots.AsSpan(0, count * width));
                for (var i = 0; i < rows.Length; i++)
                {
                    for (var other = 0; other < count; other++)
                    {
                        line[other] = dots[(other * width) + i];
                    }

                    action(rows[i], start, line.AsSpan(0, count));
                }
            }
        }

        /// <summary>Members of the communities of some rows, those left out that have too few free ones.</summary>
        public List<int[]> Members(int[] rows, float threshold, bool[] isTaken, int minSize)
        {
            var members = rows.ToDictionary(row => row, _ => new List<(int Row, float Cosine)>());
            ForBlocks(rows, (row, start, cosines) =>
            {
                for (var i = 0; i < cosines.Length; i++)
                {
                    if (cosines[i] >= threshold && !isTaken[start + i])
                    {
                        members[row].Add((start + i, cosines[i]));
                    }
                }
            });
            return [.. from row in rows
                       where members[row].Count >= minSize
                       select members[row].OrderByDescending(one => one.Cosine).Select(one => one.Row).ToArray()];
        }
    }

    private delegate void CosinesOfRow(int row, int start, ReadOnlySpan<float> cosines);
}
