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

    /// <summary>Scores of all examples, [examples, labels].</summary>
    /// <param name="vectors">[labels + examples, dimensions]: the names first.</param>
    /// <param name="classes">The label of each.</param>
    /// <param name="model">Of all of them; a fold's model is near it, so training begins there.</param>
    /// <param name="strength">C.</param>
    /// <param name="team">The threads.</param>
    /// <param name="progress">Of this work.</param>
    public static float[] Scores(
        float[] vectors, int[] classes, LinearModel model, double strength, ThreadTeam team, Progress progress)
    {
        var (labels, dimensions) = (model.Classes, model.Dimensions);
        var folds = Deal(classes.AsSpan(labels), labels);
        var scores = new float[folds.Length * labels];
        for (var fold = 0; fold < Folds; fold++)
        {
            int[] others = [.. Enumerable.Range(0, classes.Length).Where(i => i < labels || folds[i - labels] != fold)];
            int[] held = [.. Enumerable.Range(0, folds.Length).Where(i => folds[i] == fold)];
            var part = LogisticRegression.Train(
                Rows(vectors, others, dimensions), [.. others.Select(i => classes[i])], labels, strength,
                LogisticRegression.Coarse, team, progress.Stage((double)fold / Folds, (fold + 1.0) / Folds), model);
            var heldScores = part.Scores(Rows(vectors, [.. held.Select(i => i + labels)], dimensions));
            for (var i = 0; i < held.Length; i++)
            {
                heldScores.AsSpan(i * labels, labels).CopyTo(scores.AsSpan(held[i] * labels));
            }
        }

        return scores;
    }

    // The deal goes on from label to label, so that folds differ by one example at most.
    private static int[] Deal(ReadOnlySpan<int> classes, int labels)
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

        var folds = new int[classes.Length];
        for (var i = 0; i < folds.Length; i++)
        {
            folds[i] = counts[classes[i]]++ % Folds;
        }

        return folds;
    }

    private static float[] Rows(float[] vectors, int[] rows, int dimensions)
    {
        var copy = new float[rows.Length * dimensions];
        for (var i = 0; i < rows.Length; i++)
        {
            vectors.AsSpan(rows[i] * dimensions, dimensions).CopyTo(copy.AsSpan(i * dimensions));
        }

        return copy;
    }
}
