namespace Embeddings.Analysis.Numerics;

/// <summary>
/// Exponential and logarithm in double precision with the same bits on every machine. <see cref="Math"/>'s come from
/// the C library of the system, whose last digits differ between systems; an iteration of hundreds of steps makes
/// another picture of them. Only additions, multiplications and divisions are used, which IEEE 754 fixes.
/// </summary>
internal static class PortableMath
{
    // ln 2 in two parts: an integer of up to 11 bits times the first is exact.
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double Log2E = 1.44269504088896340736;

    // 1/13!, 1/12!, … 1/2!: Taylor's series. The rest is below 2⁻⁵³ for |r| ≤ ln 2 / 2.
    private static ReadOnlySpan<double> InverseFactorials =>
    [
        1 / 6227020800.0, 1 / 479001600.0, 1 / 39916800.0, 1 / 3628800.0, 1 / 362880.0, 1 / 40320.0, 1 / 5040.0,
        1 / 720.0, 1 / 120.0, 1 / 24.0, 1 / 6.0, 1 / 2.0,
    ];

    /// <summary>eˣ, to within two units of the last place.</summary>
    public static double Exp(double x)
    {
        if (!(x > -745.2))
        {
            return double.IsNaN(x) ? x : 0;
        }

        if (x > 709.8)
        {
            return double.PositiveInfinity;
        }

        // x = k · ln 2 + r
        var k = Math.Floor((x * Log2E) + 0.5);
        var r = x - (k * Ln2High) - (k * Ln2Low);
        var sum = InverseFactorials[0];
        foreach (var coefficient in InverseFactorials[1..])
        {
            sum = (sum * r) + coefficient;
        }

        return Math.ScaleB(1 + (r + (r * r * sum)), (int)k);
    }

    /// <summary>
    /// The natural logarithm, to within two units of the last place; −∞ of 0, not-a-number below.
    /// </summary>
    public static double Log(double x)
    {
        if (!(x > 0) || double.IsPositiveInfinity(x))
        {
            return x == 0 ? double.NegativeInfinity : x > 0 ? x : double.NaN;
        }

        // x = m · 2ᵏ with m between √½ and √2
        var k = Math.ILogB(x);
        var m = Math.ScaleB(x, -k);
        if (m > 1.4142135623730951)
        {
            (m, k) = (m / 2, k + 1);
        }

        // ln m = 2 artanh s = 2 s (1 + s²/3 + s⁴/5 + …)
        var s = (m - 1) / (m + 1);
        var square = s * s;
        var sum = 0.0;
        for (var odd = 25; odd >= 3; odd -= 2)
        {
            sum = (sum + (1.0 / odd)) * square;
        }

        return (k * Ln2High) + ((2 * s * sum) + (k * Ln2Low) + (2 * s));
    }

    /// <summary>xʸ for x ≥ 0; its relative error is about |y ln x| · 2⁻⁵².</summary>
    public static double Pow(double x, double y) => x == 0 ? (y == 0 ? 1 : 0) : Exp(y * Log(x));
}
