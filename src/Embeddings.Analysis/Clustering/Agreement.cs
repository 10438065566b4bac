namespace Embeddings.Analysis.Clustering;

/// <summary>
/// How far two labellings of the same rows agree; the names of labels do not matter. Thread-safe: it has no state.
/// </summary>
public static class Agreement
{
    /// <summary>
    /// Normalized mutual information, 0 to 1: what one labelling tells about the other, over the mean of both entropies
    /// (A. Strehl and J. Ghosh, 2002; scikit-learn's <c>normalized_mutual_info_score</c>). 1 if both have one label.
    /// </summary>
    /// <exception cref="ArgumentException">The labellings are of different lengths, or empty.</exception>
    public static double NormalizedMutualInformation(IReadOnlyList<int> x, IReadOnlyList<int> y)
    {
        var (pairs, a, b) = Count(x, y);
        if (a.Count == 1 && b.Count == 1)
        {
            return 1;
        }

        double rows = x.Count;
        var information = pairs.Sum(
            pair => pair.Value / rows * Math.Log(pair.Value * rows / ((double)a[pair.Key.X] * b[pair.Key.Y])));
        return Math.Clamp(information / ((Entropy(a, rows) + Entropy(b, rows)) / 2), 0, 1);
    }

    /// <summary>
    /// Adjusted Rand index: the share of pairs of rows that both labellings keep together or both keep apart, scaled so
    /// that chance has 0; at most 1 (L. Hubert and P. Arabie, 1985; scikit-learn's <c>adjusted_rand_score</c>).
    /// </summary>
    /// <exception cref="ArgumentException">The labellings are of different lengths, or empty.</exception>
    public static double AdjustedRandIndex(IReadOnlyList<int> x, IReadOnlyList<int> y)
    {
        var (pairs, a, b) = Count(x, y);
        var together = pairs.Values.Sum(Pairs);
        var (inX, inY, all) = (a.Values.Sum(Pairs), b.Values.Sum(Pairs), Pairs(x.Count));
        var expected = all == 0 ? 0 : inX / all * inY;
        var most = (inX + inY) / 2;
        return together == most ? 1 : (together - expected) / (most - expected);
    }

    private static double Pairs(int rows) => (double)rows * (rows - 1) / 2;

    private static double Entropy(Dictionary<int, int> counts, double rows) =>
        -counts.Values.Sum(count => count / rows * Math.Log(count / rows));

    private static (Dictionary<(int X, int Y), int> Pairs, Dictionary<int, int> X, Dictionary<int, int> Y) Count(
        IReadOnlyList<int> x, IReadOnlyList<int> y)
    {
        if (x.Count != y.Count || x.Count == 0)
        {
            throw new ArgumentException($"{x.Count} and {y.Count} labels are not two labellings of rows.", nameof(y));
        }

        return (x.Zip(y).CountBy(pair => pair).ToDictionary(), x.CountBy(label => label).ToDictionary(),
            y.CountBy(label => label).ToDictionary());
    }
}
