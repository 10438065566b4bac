using System.Numerics.Tensors;

namespace Embeddings.Analysis.Classification;

/// <summary>How good a classifier is, by cross-validation: each example was judged by a model without it.</summary>
/// <param name="Accuracy">Part of the examples that got their label.</param>
/// <param name="Folds">Parts that the examples were dealt into.</param>
/// <param name="Threshold">
/// The probability that 95 of 100 right answers reach. A text whose best label has less is probably none of the labels.
/// </param>
/// <param name="CalibrationError">
/// Mean distance between the probability of answers and the part of them that is right, in 10 steps of probability.
/// </param>
/// <param name="Labels">Each label, in the order of the classifier's.</param>
/// <param name="Confusions">The most frequent mistakes, at most 10.</param>
public sealed record ClassificationReport(
    double Accuracy, int Folds, double Threshold, double CalibrationError, IReadOnlyList<LabelReport> Labels,
    IReadOnlyList<Confusion> Confusions)
{
    private const double PartRefused = 0.05;
    private const int MostConfusions = 10;
    private const int Bins = 10;

    internal static ClassificationReport Of(
        IReadOnlyList<string> labels, float[] scores, int[] truth, double temperature)
    {
        var (answers, sureness) = Answers(scores, truth.Length, labels.Count, temperature);
        var right = Enumerable.Range(0, truth.Length).Where(i => answers[i] == truth[i]).ToList();
        var sorted = right.Select(i => sureness[i]).Order().ToList();
        var (rightOf, asked, given) = (new int[labels.Count], new int[labels.Count], new int[labels.Count]);
        for (var i = 0; i < truth.Length; i++)
        {
            asked[truth[i]]++;
            given[answers[i]]++;
            rightOf[truth[i]] += answers[i] == truth[i] ? 1 : 0;
        }

        return new(
            (double)right.Count / truth.Length,
            CrossValidation.Folds,
            sorted.Count == 0 ? 0 : sorted[(int)(PartRefused * sorted.Count)],
            Error(answers, truth, sureness),
            [
                .. labels.Select((label, k) => new LabelReport(
                    label, asked[k], Ratio(rightOf[k], given[k]), Ratio(rightOf[k], asked[k]))),
            ],
            [
                .. Enumerable.Range(0, truth.Length).Where(i => answers[i] != truth[i])
                    .CountBy(i => (Truth: truth[i], Answer: answers[i]))
                    .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key)
                    .Take(MostConfusions)
                    .Select(pair => new Confusion(labels[pair.Key.Truth], labels[pair.Key.Answer], pair.Value)),
            ]);
    }

    private static (int[] Answers, float[] Sureness) Answers(float[] scores, int count, int labels, double temperature)
    {
        var (answers, sureness) = (new int[count], new float[count]);
        var padded = new float[Softmax.Padded(labels)];
        for (var i = 0; i < count; i++)
        {
            Calibration.Probabilities(scores.AsSpan(i * labels, labels), temperature, padded);
            answers[i] = TensorPrimitives.IndexOfMax<float>(padded.AsSpan(0, labels));
            sureness[i] = padded[answers[i]];
        }

        return (answers, sureness);
    }

    private static double Error(int[] answers, int[] truth, float[] sureness)
    {
        var differences = new double[Bins];
        for (var i = 0; i < truth.Length; i++)
        {
            differences[Math.Min((int)(sureness[i] * Bins), Bins - 1)] +=
                sureness[i] - (answers[i] == truth[i] ? 1 : 0);
        }

        return differences.Sum(Math.Abs) / truth.Length;
    }

    private static double? Ratio(int part, int whole) => whole == 0 ? null : (double)part / whole;
}

/// <summary>How good a classifier is at one label.</summary>
/// <param name="Label">The label.</param>
/// <param name="Examples">Examples that have it.</param>
/// <param name="Precision">Of the examples that got it, the part that has it; null if none got it.</param>
/// <param name="Recall">Of the examples that have it, the part that got it; null if none has it.</param>
public sealed record LabelReport(string Label, int Examples, double? Precision, double? Recall);

/// <summary>A mistake.</summary>
/// <param name="Label">The label of examples.</param>
/// <param name="Answer">The label that they got.</param>
/// <param name="Count">How many.</param>
public sealed record Confusion(string Label, string Answer, int Count);
