namespace Embeddings.Benchmarks;

/// <summary>Agreement of two orders.</summary>
internal static class RankCorrelation
{
    /// <summary>
    /// Spearman's rho, −1 to 1: Pearson's correlation of the ranks, equal values sharing the mean of theirs.
    /// </summary>
    public static double Spearman(double[] x, double[] y) => Pearson(Ranks(x), Ranks(y));

    private static double[] Ranks(double[] values)
    {
        var ranks = new double[values.Length];
        var first = 0;
        foreach (var ties in Enumerable.Range(0, values.Length).GroupBy(i => values[i]).OrderBy(group => group.Key).Select(group => group.ToArray()))
        {
            foreach (var i in ties)
            {
                ranks[i] = first + ((ties.Length - 1) / 2.0);
            }

            first += ties.Length;
        }

        return ranks;
    }

    private static double Pearson(double[] x, double[] y)
    {
        var (meanX, meanY) = (x.Average(), y.Average());
        var covariance = x.Zip(y).Sum(pair => (pair.First - meanX) * (pair.Second - meanY));
        return covariance / Math.Sqrt(x.Sum(a => (a - meanX) * (a - meanX)) * y.Sum(b => (b - meanY) * (b - meanY)));
    }
}
