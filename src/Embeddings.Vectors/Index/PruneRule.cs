using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Embeddings.Vectors.Simd;

namespace Embeddings.Vectors.Index;

/// <summary>
/// When a row cannot be among the best: approximation + ErrorFactor · error &lt; Limit + norm · (PerNorm +
/// PerSquaredNorm · norm). The same formula serves every metric, for codes and for floats. The README has the proof.
/// </summary>
internal readonly record struct PruneRule(
    float Limit, float PerNorm, float PerSquaredNorm, float Unit, float ErrorFactor)
{
    /// <summary>Rows judged at once; a better threshold counts from the next block on.</summary>
    public const int BlockRows = 64;

    /// <summary>The smallest dot product that lets a row of this norm in.</summary>
    public float Bound(float norm) => Limit + (norm * (PerNorm + (PerSquaredNorm * norm)));

    /// <summary>Whether a row's dot product in units of Unit · scale, and its error, cannot exclude it.</summary>
    public bool Keeps(float dot, float norm, float scale, float error) =>
        !((dot * (scale * Unit)) + (error * ErrorFactor) < Bound(norm));

    /// <summary>Writes the positions of the rows that cannot be excluded, among up to <see cref="BlockRows"/>.</summary>
    /// <param name="dots">Dot products with floats, or in units of Unit · scale with codes.</param>
    /// <param name="norms">‖row‖, as long as <paramref name="dots"/> or longer.</param>
    /// <param name="scales">A row's scale, or empty for dot products with floats.</param>
    /// <param name="errors">A row's error bound, or empty for dot products with floats.</param>
    /// <param name="survivors">Room for as many as there are dots.</param>
    /// <returns>How many.</returns>
    public int Survivors(
        ReadOnlySpan<float> dots, ReadOnlySpan<float> norms, ReadOnlySpan<float> scales, ReadOnlySpan<float> errors,
        Span<int> survivors) =>
        Vector512.IsHardwareAccelerated ? Survivors<Simd512, Vector512<float>>(dots, norms, scales, errors, survivors)
        : Vector256.IsHardwareAccelerated ? Survivors<Simd256, Vector256<float>>(dots, norms, scales, errors, survivors)
        : Survivors<Simd128, Vector128<float>>(dots, norms, scales, errors, survivors);

    private int Survivors<TSimd, TVector>(
        ReadOnlySpan<float> dots, ReadOnlySpan<float> norms, ReadOnlySpan<float> scales, ReadOnlySpan<float> errors,
        Span<int> survivors)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        ref var d = ref MemoryMarshal.GetReference(dots);
        ref var n = ref MemoryMarshal.GetReference(norms);
        ref var s = ref MemoryMarshal.GetReference(scales);
        ref var e = ref MemoryMarshal.GetReference(errors);
        var (limit, perNorm, perSquaredNorm) = (
            TSimd.Broadcast(Limit), TSimd.Broadcast(PerNorm), TSimd.Broadcast(PerSquaredNorm));
        var (unit, errorFactor) = (TSimd.Broadcast(Unit), TSimd.Broadcast(ErrorFactor));
        var found = 0;
        var row = 0;
        for (; row + TSimd.Count <= dots.Length; row += TSimd.Count)
        {
            var norm = TSimd.Load(in n, (nuint)row);
            var bound = TSimd.MultiplyAdd(norm, TSimd.MultiplyAdd(norm, perSquaredNorm, perNorm), limit);
            var value = TSimd.Load(in d, (nuint)row);
            if (!scales.IsEmpty)
            {
                var error = TSimd.Multiply(TSimd.Load(in e, (nuint)row), errorFactor);
                value = TSimd.MultiplyAdd(value, TSimd.Multiply(TSimd.Load(in s, (nuint)row), unit), error);
            }

            for (var mask = TSimd.NotLess(value, bound); mask != 0; mask &= mask - 1)
            {
                survivors[found++] = row + BitOperations.TrailingZeroCount(mask);
            }
        }

        for (; row < dots.Length; row++)
        {
            if (scales.IsEmpty ? Keeps(dots[row], norms[row], 1, 0) : Keeps(
                dots[row], norms[row], scales[row], errors[row]))
            {
                survivors[found++] = row;
            }
        }

        return found;
    }
}
