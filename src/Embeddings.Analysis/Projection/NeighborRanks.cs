using System.Numerics;
using System.Runtime.Intrinsics;
using Embeddings.Analysis.Neighbors;
using Embeddings.Vectors.Simd;

namespace Embeddings.Analysis.Projection;

/// <summary>
/// The rank of some vectors among all, seen from another: 1 for the nearest, equal distances by the smaller index. The
/// block kernel's floats decide wherever they can; the others are compared in double precision.
/// </summary>
/// <param name="set">The vectors.</param>
/// <param name="table">Whose ranks are sought, for each vector.</param>
internal sealed class NeighborRanks(VectorSet set, NeighborTable table)
{
    // Whole panels of every register width.
    private const int Block = 96;

    private const int Lanes = 8;

    /// <summary>Tells the ranks for the vectors from <paramref name="from"/> to <paramref name="to"/> − 1.</summary>
    public void Of(int from, int to, Action<int, int> found)
    {
        var (count, stride) = (to - from, set.Stride);
        var panels = (count + Block - 1) / Block * Block;
        var (packed, dots) = (new float[panels * stride], new float[Block * panels]);
        BlockKernel.Pack(set.Rows.Span.Slice(from * stride, count * stride), stride, packed);
        var sought = Enumerable.Range(from, count).Select(Sought).ToArray();
        // Whole registers; a lane without a vector counts nothing.
        var least = new float[(count + Lanes - 1) / Lanes * Lanes];
        Array.Fill(least, float.PositiveInfinity);
        for (var i = 0; i < count; i++)
        {
            least[i] = sought[i].Least;
        }

        for (var first = 0; first < set.Count; first += Block)
        {
            var height = Math.Min(Block, set.Count - first);
            BlockKernel.Dot(set.Rows.Span[(first * stride)..], stride, packed, stride, dots.AsSpan(0, height * panels));
            for (var row = 0; row < height; row++)
            {
                CountRow(from, first + row, dots.AsSpan(row * panels, least.Length), least, sought);
            }
        }

        for (var i = 0; i < count; i++)
        {
            foreach (var nearer in sought[i].Nearer)
            {
                found(from + i, nearer + 1);
            }
        }
    }

    private SoughtRanks Sought(int vector)
    {
        var ids = table.IndicesOf(vector).ToArray();
        var scores = ids.Select(id => set.Score(vector, set, id)).ToArray();
        double[] keys = [.. scores.Select(score => set.Key(vector, score))];
        var error = set.KeyError(vector, set);
        return new SoughtRanks(ids, scores, keys, error, (float)(keys.Min() - (2 * error)), new int[ids.Length]);
    }

    private void CountRow(int from, int row, ReadOnlySpan<float> dots, float[] least, SoughtRanks[] sought)
    {
        for (var i = 0; i < least.Length; i += Lanes)
        {
            var keys = (Vector256.LoadUnsafe(in dots[0], (nuint)i) * set.Scale[row]) - Vector256.Create(set.Offset[row]);
            var above = Vector256.GreaterThanOrEqual(keys, Vector256.LoadUnsafe(in least[0], (nuint)i)).ExtractMostSignificantBits();
            for (; above != 0; above &= above - 1)
            {
                var lane = BitOperations.TrailingZeroCount(above);
                if (row != from + i + lane)
                {
                    Count(from + i + lane, row, keys[lane], sought[i + lane]);
                }
            }
        }
    }

    private void Count(int vector, int other, float key, SoughtRanks sought)
    {
        var score = double.NaN;
        for (var i = 0; i < sought.Ids.Length; i++)
        {
            if (Math.Abs(key - sought.Keys[i]) > sought.Error)
            {
                sought.Nearer[i] += key > sought.Keys[i] ? 1 : 0;
                continue;
            }

            score = double.IsNaN(score) ? set.Score(vector, set, other) : score;
            var nearer = score < sought.Scores[i] || (score == sought.Scores[i] && other < sought.Ids[i]);
            sought.Nearer[i] += nearer ? 1 : 0;
        }
    }

    private sealed record SoughtRanks(int[] Ids, double[] Scores, double[] Keys, double Error, float Least, int[] Nearer);
}
