using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Projection;

/// <summary>
/// How alike two positions are at distance x: 1 / (1 + a·x²ᵇ), fitted to the curve that is 1 up to the minimum distance
/// and then falls as exp(−(x − minimum) / spread).
/// </summary>
internal readonly record struct UmapCurve(double A, double B)
{
    // As umap-learn: 300 points up to three times the spread.
    private const int Points = 300;

    private const int Steps = 200;

    /// <summary>The least squares, by Levenberg's and Marquardt's method from a = b = 1.</summary>
    public static UmapCurve Fit(double spread, double minDistance)
    {
        var curve = new UmapCurve(1, 1);
        var (cost, damping) = (curve.Cost(spread, minDistance), 1e-3);
        for (var step = 0; step < Steps; step++)
        {
            var next = curve.Step(spread, minDistance, damping);
            var nextCost = next.Cost(spread, minDistance);
            if (!(nextCost < cost))
            {
                if (damping > 1e12)
                {
                    break;
                }

                damping *= 4;
                continue;
            }

            var gain = cost - nextCost;
            (curve, cost, damping) = (next, nextCost, damping / 3);
            if (gain < 1e-16)
            {
                break;
            }
        }

        return curve;
    }

    private UmapCurve Step(double spread, double minDistance, double damping)
    {
        double aa = 0, ab = 0, bb = 0, a = 0, b = 0;
        for (var i = 1; i < Points; i++)
        {
            var x = 3 * spread * i / (Points - 1);
            var power = PortableMath.Pow(x, 2 * B);
            var below = 1 + (A * power);
            var byA = -power / (below * below);
            var byB = A * byA * 2 * PortableMath.Log(x);
            var rest = (1 / below) - Wanted(x, spread, minDistance);
            (aa, ab, bb) = (aa + (byA * byA), ab + (byA * byB), bb + (byB * byB));
            (a, b) = (a + (byA * rest), b + (byB * rest));
        }

        (aa, bb) = (aa * (1 + damping), bb * (1 + damping));
        var determinant = (aa * bb) - (ab * ab);
        return new UmapCurve(A - (((bb * a) - (ab * b)) / determinant), B - (((aa * b) - (ab * a)) / determinant));
    }

    private double Cost(double spread, double minDistance)
    {
        var sum = 0.0;
        for (var i = 0; i < Points; i++)
        {
            var x = 3 * spread * i / (Points - 1);
            var rest = (1 / (1 + (A * PortableMath.Pow(x, 2 * B)))) - Wanted(x, spread, minDistance);
            sum += rest * rest;
        }

        return sum;
    }

    private static double Wanted(double x, double spread, double minDistance) =>
        x < minDistance ? 1 : PortableMath.Exp(-(x - minDistance) / spread);
}
