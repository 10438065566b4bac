using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Classification;

/// <summary>
/// Multinomial logistic regression: minimises Σ −log p(label of example) + Σ weights² / 2C. Intercepts are not
/// penalised. The minimum is that of scikit-learn's LogisticRegression. For one thread at a time.
/// </summary>
internal sealed class LogisticRegression
{
    /// <summary>What may be left to gain, for each example: probabilities are within 1e-4 of the minimum's.</summary>
    public const double Fine = 1e-10;

    /// <summary>The same for cross-validation, whose results are shares of the examples.</summary>
    public const double Coarse = 1e-4;

    private const int MostSteps = 500;

    // Steps before which the curvature is taken anew. It changes much at first, and little near the minimum.
    private static readonly int[] Updates = [5, 12, 30];

    private readonly int _count;
    private readonly int _classes;
    private readonly SoftmaxGradient _function;
    private readonly Lbfgs _minimizer;
    private readonly InverseCurvature _curvature;
    private int _steps;

    /// <param name="vectors">[examples, dimensions], of length 1 or about.</param>
    /// <param name="labels">Class of each example, from 0.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <param name="strength">C: larger fits the examples closer.</param>
    /// <param name="team">The threads.</param>
    public LogisticRegression(
        ReadOnlyMemory<float> vectors, int[] labels, int classes, double strength, ThreadTeam team)
    {
        (_count, _classes) = (labels.Length, classes);
        // For two classes scikit-learn has one row of weights, the difference of the two rows here. The squares of both
        // are half of its square, so the penalty is doubled to be the same.
        var penalty = (classes == 2 ? 2 : 1) / strength;
        _function = new SoftmaxGradient(vectors, labels, vectors.Length / labels.Length, classes, penalty, team);
        _curvature = new InverseCurvature(_function, classes, penalty, team);
        _minimizer = new Lbfgs((vector, product) =>
        {
            if (_function.Excluded.To == 0 && Updates.Contains(_steps++))
            {
                _curvature.Update();
            }

            _curvature.Multiply(vector, product);
        });
    }

    /// <summary>Trains.</summary>
    /// <param name="tolerance"><see cref="Fine"/> or <see cref="Coarse"/>.</param>
    /// <param name="progress">Of this training.</param>
    /// <param name="start">Where to begin, for speed; null for zeros.</param>
    /// <param name="without">Examples that do not count: from the first to before the second.</param>
    public LinearModel Train(
        double tolerance, Progress progress, LinearModel? start = null, (int From, int To) without = default)
    {
        _function.Excluded = without;
        var parameters = start?.ToParameters(_function.Width) ?? new double[_function.Rows * _function.Width];
        var (last, first, told) = (tolerance * (_count - without.To + without.From), 0.0, 0.0);
        _minimizer.Minimize(
            _function.At, parameters, last, MostSteps,
            left =>
            {
                // What is left falls by about the same factor with each step.
                first = first == 0 ? left : first;
                var done = left <= last ? 1 : Math.Max(told, Math.Log(first / left) / Math.Log(first / last));
                progress.Add(done - told);
                told = done;
            });
        return LinearModel.Of(parameters, _function.Rows - 1, _classes, _function.Width);
    }
}
