namespace Embeddings.Inference;

/// <summary>
/// From how many tokens on a text that is alone is done sooner by all threads than by one. With 8-bit weights that is 32 on one processor and 8 on another,
/// so it is measured where it counts, which takes a few hundredths of a second.
/// </summary>
internal static class SharedRuns
{
    /// <summary>On every processor that was measured, all threads were quicker from here on.</summary>
    private const int Longest = 32;
    private const int WarmUps = 2;
    private const int Runs = 7;

    // All threads take the processors from everybody else: for less it is not worth it.
    private const double Worthwhile = 0.85;

    private static readonly int[] Shorter = [4, 8, 16];

    /// <summary>Measures.</summary>
    /// <param name="run">Runs a text of so many tokens, on all threads or on one, and tells how long that took.</param>
    public static int FewestTokens(Func<int, bool, TimeSpan> run) =>
        Shorter.Append(Longest).First(tokens => tokens == Longest || IsQuicker(tokens, run));

    private static bool IsQuicker(int tokens, Func<int, bool, TimeSpan> run)
    {
        var (shared, single) = (new List<TimeSpan>(), new List<TimeSpan>());
        // In turn, so that a neighbour who takes the processors for a while takes them from both.
        for (var i = 0; i < WarmUps + Runs; i++)
        {
            shared.Add(run(tokens, true));
            single.Add(run(tokens, false));
        }

        return Median(shared) < Worthwhile * Median(single);
    }

    private static TimeSpan Median(List<TimeSpan> times) => times.Skip(WarmUps).Order().ElementAt(Runs / 2);
}
