using Embeddings.Analysis.Classification;

namespace Embeddings.Analysis.Tests.Classification;

public sealed class LogisticRegressionTests
{
    // The function is strictly convex, so its only minimum is where the gradient is zero.
    [Theory]
    [InlineData(2, 5, 7)]
    [InlineData(3, 31, 128)]
    [InlineData(16, 32, 129)]
    [InlineData(17, 64, 1000)]
    public void The_gradient_is_zero_at_the_result(int classes, int dimensions, int count)
    {
        const double Strength = 10;
        var rows = Mixture.Of(count, dimensions, classes, width: 1);
        int[] labels = [.. Enumerable.Range(0, count).Select(i => (i + (i % 5)) % classes)];
        var model = Regression.Train(rows, labels, classes, Strength);
        var gradient = new double[classes, dimensions + 1];
        for (var i = 0; i < count; i++)
        {
            var probabilities = Probabilities(model, rows.AsSpan(i * dimensions, dimensions));
            for (var k = 0; k < classes; k++)
            {
                var residual = probabilities[k] - (labels[i] == k ? 1 : 0);
                for (var d = 0; d < dimensions; d++)
                {
                    gradient[k, d] += residual * rows[(i * dimensions) + d];
                }

                gradient[k, dimensions] += residual;
            }
        }

        for (var k = 0; k < classes; k++)
        {
            Assert.Equal(0, gradient[k, dimensions], 5e-3);
            for (var d = 0; d < dimensions; d++)
            {
                // Of two classes scikit-learn keeps the difference, which is the same as a double penalty here.
                var penalty = (classes == 2 ? 2 : 1) / Strength * model.Weights[(k * dimensions) + d];
                Assert.Equal(0, gradient[k, d] + penalty, 5e-3);
            }
        }
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        var rows = Mixture.Of(700, 48, 20, width: 1);
        int[] labels = [.. Enumerable.Range(0, 700).Select(i => i % 20)];
        var one = Regression.Train(rows, labels, 20, 10, threads: 1);
        var three = Regression.Train(rows, labels, 20, 10, threads: 3);
        Assert.Equal(Fingerprint.Of<float>(one.Weights), Fingerprint.Of<float>(three.Weights));
        Assert.Equal(one.Intercepts, three.Intercepts);
    }

    private static double[] Probabilities(LinearModel model, ReadOnlySpan<float> row)
    {
        var scores = new double[model.Classes];
        for (var k = 0; k < scores.Length; k++)
        {
            scores[k] = model.Intercepts[k];
            for (var d = 0; d < row.Length; d++)
            {
                scores[k] += (double)model.Weights[(k * row.Length) + d] * row[d];
            }
        }

        var sum = scores.Sum(Math.Exp);
        return [.. scores.Select(score => Math.Exp(score) / sum)];
    }
}
