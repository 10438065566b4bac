using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Embeddings.Analysis.Neighbors;

/// <summary>
/// For each vector the others with the largest keys so far, sorted. Vectors are grouped in blocks; whoever changes a
/// block holds its lock.
/// </summary>
internal sealed class Candidates
{
    private readonly int _capacity;
    private readonly float[] _keys;
    private readonly int[] _ids;
    private readonly float[] _thresholds;

    /// <param name="count">Vectors.</param>
    /// <param name="capacity">Candidates to keep for each.</param>
    public Candidates(int count, int capacity)
    {
        _capacity = capacity;
        (_keys, _ids, _thresholds) = (new float[count * capacity], new int[count * capacity], new float[count]);
        Array.Fill(_keys, float.NegativeInfinity);
        Array.Fill(_thresholds, capacity == 0 ? float.PositiveInfinity : float.NegativeInfinity);
    }

    public ReadOnlySpan<int> Ids(int vector) => _ids.AsSpan(vector * _capacity, _capacity);

    /// <summary>No vector with a larger key has been left out.</summary>
    public float Threshold(int vector) => _thresholds[vector];

    /// <summary>Offers a line of columns to one vector: key = dot · scale[column] − offset[column].</summary>
    /// <param name="vector">The vector that may keep them.</param>
    /// <param name="dots">[columns]</param>
    /// <param name="scales">[columns]</param>
    /// <param name="offsets">[columns]</param>
    /// <param name="first">The id of the first column.</param>
    public void OfferColumns(
        int vector, ReadOnlySpan<float> dots, ReadOnlySpan<float> scales, ReadOnlySpan<float> offsets, int first)
    {
        var column = 0;
        var threshold = Vector256.Create(_thresholds[vector]);
        for (; column + 8 <= dots.Length; column += 8)
        {
            var keys = (Load(dots, column) * Load(scales, column)) - Load(offsets, column);
            var above = Vector256.GreaterThan(keys, threshold).ExtractMostSignificantBits();
            if (above == 0)
            {
                continue;
            }

            for (; above != 0; above &= above - 1)
            {
                var lane = System.Numerics.BitOperations.TrailingZeroCount(above);
                Insert(vector, keys[lane], first + column + lane);
            }

            threshold = Vector256.Create(_thresholds[vector]);
        }

        for (; column < dots.Length; column++)
        {
            Offer(vector, (dots[column] * scales[column]) - offsets[column], first + column);
        }
    }

    /// <summary>Offers one row to each vector of a line of columns.</summary>
    /// <param name="first">The first column's vector.</param>
    /// <param name="dots">[columns]</param>
    /// <param name="scale">The row's.</param>
    /// <param name="offset">The row's.</param>
    /// <param name="id">The row's.</param>
    public void OfferRow(int first, ReadOnlySpan<float> dots, float scale, float offset, int id)
    {
        var column = 0;
        var (wideScale, wideOffset) = (Vector256.Create(scale), Vector256.Create(offset));
        var thresholds = _thresholds.AsSpan(first, dots.Length);
        for (; column + 8 <= dots.Length; column += 8)
        {
            var keys = (Load(dots, column) * wideScale) - wideOffset;
            var above = Vector256.GreaterThan(keys, Load(thresholds, column)).ExtractMostSignificantBits();
            for (; above != 0; above &= above - 1)
            {
                var lane = System.Numerics.BitOperations.TrailingZeroCount(above);
                Insert(first + column + lane, keys[lane], id);
            }
        }

        for (; column < dots.Length; column++)
        {
            Offer(first + column, (dots[column] * scale) - offset, id);
        }
    }

    private static Vector256<float> Load(ReadOnlySpan<float> values, int at) =>
        Vector256.LoadUnsafe(in MemoryMarshal.GetReference(values), (nuint)at);

    private void Offer(int vector, float key, int id)
    {
        if (key > _thresholds[vector])
        {
            Insert(vector, key, id);
        }
    }

    private void Insert(int vector, float key, int id)
    {
        var keys = _keys.AsSpan(vector * _capacity, _capacity);
        var ids = _ids.AsSpan(vector * _capacity, _capacity);
        var (low, high) = (0, keys.Length - 1);
        if (!(key > keys[high]))
        {
            return;
        }

        while (low < high)
        {
            var middle = (low + high) / 2;
            if (keys[middle] >= key)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        keys[low..^1].CopyTo(keys[(low + 1)..]);
        ids[low..^1].CopyTo(ids[(low + 1)..]);
        (keys[low], ids[low]) = (key, id);
        _thresholds[vector] = keys[^1];
    }
}
