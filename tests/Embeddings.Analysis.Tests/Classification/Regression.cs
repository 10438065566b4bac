using Embeddings.Analysis.Classification;
using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Tests.Classification;

/// <summary>Trains on threads of its own.</summary>
internal static class Regression
{
    public static LinearModel Train(float[] rows, int[] labels, int classes, double strength, int threads = 2)
    {
        using var team = new ThreadTeam(threads, CancellationToken.None);
        return new LogisticRegression(rows, labels, classes, strength, team)
            .Train(LogisticRegression.Fine, Progress.Of(null));
    }
}
