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
        var most = Vector512.Create<float>(scores);
        for (var i = Lanes; i < scores.Length; i += Lanes)
        {
            most = Vector512.Max(most, Vector512.Create<float>(scores[i..]));
        }

        var top = most[0];
        for (var lane = 1; lane < Lanes; lane++)
        {
            top = Math.Max(top, most[lane]);
        }

        var sums = Vector512<float>.Zero;
        for (var i = 0; i < scores.Length; i += Lanes)
        {
            var power = Vector512.Exp(Vector512.Create<float>(scores[i..]) - Vector512.Create(top));
            power.CopyTo(scores[i..]);
            sums += power;
        }

        var scale = 1 / Vector512.Sum(sums);
        for (var i = 0; i < scores.Length; i += Lanes)
        {
            (Vector512.Create<float>(scores[i..]) * scale).CopyTo(scores[i..]);
        }
    }
}
