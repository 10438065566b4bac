using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace Embeddings.Analysis.Classification;

/// <summary>
/// Probabilities of scores: exp(s) / Σ exp(s). Sixteen lanes are summed at a time, so that sums have the same order on
/// every processor.
/// </summary>
internal static class Softmax
{
    /// <summary>Numbers in a row are padded to a multiple of this.</summary>
    public const int Lanes = 16;

    /// <summary>A score whose probability is exactly 0.</summary>
    public const float Never = -1e30f;

    /// <summary>A number of classes, rounded up to whole registers.</summary>
    public static int Padded(int classes) => (classes + Lanes - 1) / Lanes * Lanes;

    /// <summary>Replaces scores by probabilities.</summary>
    /// <param name="scores">[<see cref="Padded"/>]; those that pad are <see cref="Never"/>.</param>
    public static void InPlace(Span<float> scores)
    {
        var top = Vector256.Create(TensorPrimitives.Max<float>(scores));
        var (even, odd) = (Vector256<float>.Zero, Vector256<float>.Zero);
        for (var i = 0; i < scores.Length; i += Lanes)
        {
            var upper = scores[(i + (Lanes / 2))..];
            var first = Vector256.Exp(Vector256.Create<float>(scores[i..]) - top);
            var second = Vector256.Exp(Vector256.Create<float>(upper) - top);
            first.CopyTo(scores[i..]);
            second.CopyTo(upper);
            (even, odd) = (even + first, odd + second);
        }

        TensorPrimitives.Multiply(scores, 1 / (Vector256.Sum(even) + Vector256.Sum(odd)), scores);
    }
}
