using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Classification;

/// <summary>
/// Scores of examples from models that have not seen them: the examples are dealt into folds, each label's in turn, and
/// each fold is scored by a model of the other folds and of all names.
/// </summary>
internal static class CrossValidation
{
    /// <summary>Parts of the examples.</summary>
    public const int Folds = 5;

    /// <summary>An order of the examples in which each fold is one block.</summary>
    /// <param name="classes">Index of the label of each example.</param>
    /// <param name="labels">Number of labels.</param>
    public static int[] Order(IReadOnlyList<int> classes, int labels)
    {
        var folds = Deal(classes, labels);
        return [.. Enumerable.Range(0, folds.Length).OrderBy(i => folds[i])];
    }

    /// <summary>Scores of all examples, [examples, labels].</summary>
    /// <param name="regression">Of the names and then the examples, in the <see cref="Order"/>.</param>
    /// <param name="model">What it has trained; a fold's model is near it, so training begins there.</param>
    /// <param name="examples">The examples' vectors, [examples, dimensions].</param>
    /// <param name="progress">Of this work.</param>
    public static float[] Scores(
        LogisticRegression regression, LinearModel model, ReadOnlySpan<float> examples, Progress progress)
    {
        var (labels, dimensions) = (model.Classes, model.Dimensions);
        var count = examples.Length / dimensions;
        var scores = new float[count * labels];
        for (var fold = 0; fold < Folds; fold++)
        {
            var (from, to) = (StartOf(fold, count), StartOf(fold + 1, count));
            var part = regression.Train(
                LogisticRegression.Coarse, progress.Stage((double)fold / Folds, (fold + 1.0) / Folds), model,
                (labels + from, labels + to));
            part.Scores(examples[(from * dimensions)..(to * dimensions)]).CopyTo(scores, from * labels);
        }

        return scores;
    }

    // Folds differ by one example at most, the first ones have more.
    private static int StartOf(int fold, int count) => ((count / Folds) * fold) + Math.Min(fold, count % Folds);

    // The deal goes on from label to label.
    private static int[] Deal(IReadOnlyList<int> classes, int labels)
    {
        var counts = new int[labels + 1];
        foreach (var label in classes)
        {
            counts[label + 1]++;
        }

        for (var label = 0; label < labels; label++)
        {
            counts[label + 1] += counts[label];
        }

        var folds = new int[classes.Count];
        for (var i = 0; i < folds.Length; i++)
        {
            folds[i] = counts[classes[i]]++ % Folds;
        }

        return folds;
    }
}
