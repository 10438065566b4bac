using Embeddings.Analysis.Projection;

namespace Embeddings.Analysis.Tests.Projection;

public sealed class UmapCurveTests
{
    /// <summary>Values that umap-learn 0.5.3's <c>find_ab_params</c> gives.</summary>
    [Theory]
    [InlineData(1, 0.1, 1.576943460, 0.895060878)]
    [InlineData(1, 0, 1.932808397, 0.790494973)]
    public void The_curve_is_that_of_umap_learn(double spread, double minDistance, double a, double b)
    {
        var curve = UmapCurve.Fit(spread, minDistance);
        Assert.Equal(a, curve.A, 1e-4);
        Assert.Equal(b, curve.B, 1e-4);
    }
}
