using System.Numerics.Tensors;

namespace Embeddings.Analysis.Classification;

/// <summary>
/// Temperature scaling (Guo, Pleiss, Sun and Weinberger 2017, "On calibration of modern neural networks"): one number
/// divides all scores, so that probabilities say how often an answer is right. No answer changes. Of n examples that
/// are all right it cannot be told that more than (n + 1) of n + 2 would be, so each label is taken for right with that
/// probability (Platt 1999, "Probabilistic outputs for support vector machines", 2.1); otherwise a few examples that
/// are all right would make every answer certain.
/// </summary>
internal static class Calibration
{
    private const double Least = 0.05;
    private const double Most = 20;
    private const int Halvings = 30;

    /// <summary>The temperature that makes the labels of examples most probable.</summary>
    /// <param name="scores">[examples, labels], of a model that has not seen the examples.</param>
    /// <param name="truth">The label of each example.</param>
    /// <param name="labels">Number of labels.</param>
    public static double Temperature(float[] scores, int[] truth, int labels)
    {
        // The loss is convex in 1/T, so its slope has one zero at most.
        var (low, high) = (1 / Most, 1 / Least);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = Math.Sqrt(low * high);
            (low, high) = Slope(scores, truth, labels, middle) > 0 ? (low, middle) : (middle, high);
        }

        return 1 / Math.Sqrt(low * high);
    }

    /// <summary>Probabilities, from scores divided by a temperature.</summary>
    /// <param name="scores">[labels].</param>
    /// <param name="temperature">What divides them.</param>
    /// <param name="padded">[<see cref="Softmax.Padded"/>]; the first ones are the probabilities.</param>
    public static void Probabilities(ReadOnlySpan<float> scores, double temperature, Span<float> padded)
    {
        TensorPrimitives.Multiply(scores, (float)(1 / temperature), padded);
        padded[scores.Length..].Fill(Softmax.Never);
        Softmax.InPlace(padded);
    }

    // d/d(1/T) Σ −t·log p = Σ (mean score under p − mean score under t), where t are the labels, smoothed.
    private static double Slope(float[] scores, int[] truth, int labels, double inverse)
    {
        var padded = new float[Softmax.Padded(labels)];
        var (slope, doubt) = (0.0, 1.0 / (truth.Length + 2));
        for (var i = 0; i < truth.Length; i++)
        {
            var row = scores.AsSpan(i * labels, labels);
            Probabilities(row, 1 / inverse, padded);
            for (var k = 0; k < labels; k++)
            {
                slope += (padded[k] - (doubt / labels)) * row[k];
            }

            slope -= (1 - doubt) * row[truth[i]];
        }

        return slope;
    }
}
