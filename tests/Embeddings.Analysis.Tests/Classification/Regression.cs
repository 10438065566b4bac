using Embeddings.Analysis.Classification;
using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Tests.Classification;

/// <summary>Trains on threads of its own.</summary>
internal static class Regression
{
    public static LinearModel Train(float[] rows, int[] labels, int classes, double strength, int threads = 2)
    {
        using var team = new ThreadTeam(threads, CancellationToken.None);
        return LogisticRegression.Train(
            rows, labels, classes, strength, LogisticRegression.Fine, team, Progress.Of(null));
    }
}
