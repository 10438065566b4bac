namespace Embeddings.Api.Tests;

/// <summary>Scores in double arithmetic, written from their definitions and from nothing of the server's.</summary>
internal static class Arithmetic
{
    /// <summary>What 32-bit sums of a few hundred products may be off by.</summary>
    public const double Rounding = 1e-5;

    public static double Dot(IReadOnlyList<float> x, IReadOnlyList<float> y) => x.Zip(y, (a, b) => (double)a * b).Sum();

    public static double Cosine(IReadOnlyList<float> x, IReadOnlyList<float> y) =>
        Dot(x, y) / Math.Sqrt(Dot(x, x) * Dot(y, y));

    public static double Euclidean(IReadOnlyList<float> x, IReadOnlyList<float> y) =>
        Math.Sqrt(x.Zip(y, (a, b) => ((double)a - b) * ((double)a - b)).Sum());

    public static double Score(string metric, IReadOnlyList<float> x, IReadOnlyList<float> y) => metric switch
    {
        "cosine" => Cosine(x, y),
        "dot" => Dot(x, y),
        "euclidean" => Euclidean(x, y),
        _ => throw new ArgumentOutOfRangeException(nameof(metric)),
    };

    /// <summary>The mean of vectors of one length.</summary>
    public static float[] Mean(params float[][] vectors) =>
        [.. vectors[0].Select((_, i) => (float)vectors.Average(vector => (double)vector[i]))];
}
