using Embeddings.Analysis.Numerics;
using Embeddings.Vectors;

namespace Embeddings.Analysis.Classification;

/// <summary>
/// Gives a vector the probability of each label: softmax((W·x + b) / temperature), where x is the vector at length 1.
/// Immutable, and safe for any number of threads.
/// </summary>
public sealed class Classifier
{
    internal Classifier(IReadOnlyList<string> labels, ClassifierMethod method, LinearModel model, double temperature) =>
        (Labels, Method, Model, Temperature) = (labels, method, model, temperature);

    /// <summary>The labels, in ordinal order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>How it was made.</summary>
    public ClassifierMethod Method { get; }

    /// <summary>Numbers in a vector.</summary>
    public int Dimensions => Model.Dimensions;

    /// <summary>
    /// What scores are divided by, so that of the answers with probability p a part of p is right; 1 if there were too
    /// few examples to find it (Guo, Pleiss, Sun and Weinberger 2017).
    /// </summary>
    public double Temperature { get; }

    internal LinearModel Model { get; }

    /// <summary>The probability of each label, [rows, labels].</summary>
    /// <param name="vectors">[rows, dimensions], row-major; of any length but 0.</param>
    /// <exception cref="ArgumentException">They are not whole rows.</exception>
    public float[] Probabilities(ReadOnlySpan<float> vectors)
    {
        if (vectors.Length % Dimensions != 0)
        {
            throw new ArgumentException($"{vectors.Length} numbers are not rows of {Dimensions}.", nameof(vectors));
        }

        var scores = Model.Scores(UnitRows.Of(vectors, Dimensions));
        var padded = new float[Softmax.Padded(Labels.Count)];
        for (var row = 0; row < scores.Length; row += Labels.Count)
        {
            var line = scores.AsSpan(row, Labels.Count);
            Calibration.Probabilities(line, Temperature, padded);
            padded.AsSpan(0, Labels.Count).CopyTo(line);
        }

        return scores;
    }

    /// <summary>
    /// How sure each label is for itself: its probability against the geometric mean of the others instead of their
    /// sum, so that several labels of one text can all be near 1. A label as probable as the others has 0.5.
    /// </summary>
    /// <param name="probabilities">Of two labels or more.</param>
    public static float[] AgainstMean(ReadOnlySpan<float> probabilities)
    {
        var scores = new double[probabilities.Length];
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = PortableMath.Log(Math.Max(probabilities[i], float.Epsilon));
        }

        var sum = scores.Sum();
        return Array.ConvertAll(
            scores, score => (float)(1 / (1 + PortableMath.Exp(((sum - score) / (scores.Length - 1)) - score))));
    }
}

/// <summary>Vectors at length 1.</summary>
internal static class UnitRows
{
    /// <summary>A copy of the rows, each at length 1; a zero row stays zero.</summary>
    public static float[] Of(ReadOnlySpan<float> vectors, int dimensions)
    {
        var copy = vectors.ToArray();
        for (var row = 0; row < copy.Length; row += dimensions)
        {
            VectorMath.Normalize(copy.AsSpan(row, dimensions));
        }

        return copy;
    }
}
