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
            foreach (var nearer in sought[i].Nearer.AsSpan(0, table.K))
            {
                found(from + i, nearer + 1);
            }
        }
    }

    private void CountRow(int from, int row, ReadOnlySpan<float> dots, float[] least, SoughtRanks[] sought)
    {
        for (var i = 0; i < least.Length; i += Lanes)
        {
            var at = (nuint)i;
            var keys = (Vector256.LoadUnsafe(in dots[0], at) * set.Scale[row]) - Vector256.Create(set.Offset[row]);
            var above = Vector256.GreaterThanOrEqual(keys, Vector256.LoadUnsafe(in least[0], at))
                .ExtractMostSignificantBits();
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

    private SoughtRanks Sought(int vector)
    {
        var ids = table.IndicesOf(vector).ToArray();
        var size = (ids.Length + Lanes - 1) / Lanes * Lanes;
        var (scores, surely, perhaps) = (new double[ids.Length], new float[size], new float[size]);
        Array.Fill(surely, float.PositiveInfinity);
        Array.Fill(perhaps, float.PositiveInfinity);
        var error = set.KeyError(vector, set);
        for (var i = 0; i < ids.Length; i++)
        {
            scores[i] = set.Score(vector, set, ids[i]);
            var key = set.Key(vector, scores[i]);
            surely[i] = MathF.BitIncrement((float)(key + error));
            perhaps[i] = MathF.BitDecrement((float)(key - error));
        }

        return new SoughtRanks(ids, scores, surely, perhaps, perhaps.Min(), new int[size]);
    }

    private void Count(int vector, int other, float key, SoughtRanks sought)
    {
        var wide = Vector256.Create(key);
        for (var i = 0; i < sought.Nearer.Length; i += Lanes)
        {
            // A mask that is set is −1.
            var surely = Vector256.GreaterThan(wide, Vector256.LoadUnsafe(in sought.Surely[0], (nuint)i)).AsInt32();
            (Vector256.LoadUnsafe(in sought.Nearer[0], (nuint)i) - surely).StoreUnsafe(ref sought.Nearer[0], (nuint)i);
            var perhaps = Vector256.GreaterThan(wide, Vector256.LoadUnsafe(in sought.Perhaps[0], (nuint)i)).AsInt32();
            var unsure = Vector256.AndNot(perhaps, surely).ExtractMostSignificantBits();
            for (var lanes = unsure; lanes != 0; lanes &= lanes - 1)
            {
                var rank = i + BitOperations.TrailingZeroCount(lanes);
                var score = set.Score(vector, set, other);
                var nearer = score < sought.Scores[rank] || (score == sought.Scores[rank] && other < sought.Ids[rank]);
                sought.Nearer[rank] += nearer ? 1 : 0;
            }
        }
    }

    /// <summary>The vectors whose ranks are sought, seen from one other.</summary>
    /// <param name="Ids">[k]</param>
    /// <param name="Scores">[k]</param>
    /// <param name="Surely">Whole registers; a vector with a larger float key is nearer.</param>
    /// <param name="Perhaps">A vector with a key that is not larger is not nearer.</param>
    /// <param name="Least">The smallest of these.</param>
    /// <param name="Nearer">How many have been found nearer.</param>
    private sealed record SoughtRanks(
        int[] Ids, double[] Scores, float[] Surely, float[] Perhaps, float Least, int[] Nearer);
}
