namespace Embeddings.Inference;

/// <summary>
/// From how many tokens on a text that is alone is done sooner by all threads than by one. With 8-bit weights that is 32 on one processor and 4 to 8 on
/// another, so it is measured where it counts, which takes a tenth of a second for MiniLM.
/// </summary>
internal static class SharedRuns
{
    /// <summary>On every processor that was measured, all threads were quicker from here on.</summary>
    private const int Longest = 32;
    private const int Turns = 5;
    private const int RunsATurn = 4;

    // All threads take the processors from everybody else: for less it is not worth it.
    private const double Worthwhile = 0.85;

    private static readonly int[] Shorter = [4, 8, 16];

    /// <summary>Measures.</summary>
    /// <param name="most">Tokens of the longest text that the model takes.</param>
    /// <param name="run">Runs a text of so many tokens, on all threads or on one, and tells how long that took.</param>
    public static int FewestTokens(int most, Func<int, bool, TimeSpan> run) =>
        Shorter.Where(tokens => tokens <= most).Append(Longest).First(tokens => tokens == Longest || IsQuicker(tokens, run));

    // By the quickest of each: whatever else goes on at a start can only make a run longer. In turn, since that comes and goes, but some of a kind at a time: the
    // first of them finds the other's weights in the cache.
    private static bool IsQuicker(int tokens, Func<int, bool, TimeSpan> run)
    {
        var (shared, single) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var turn = 0; turn < Turns; turn++)
        {
            shared = Least(shared, Quickest(tokens, isShared: true, run));
            single = Least(single, Quickest(tokens, isShared: false, run));
        }

        return shared < Worthwhile * single;
    }

    private static TimeSpan Quickest(int tokens, bool isShared, Func<int, bool, TimeSpan> run) =>
        Enumerable.Range(0, RunsATurn).Min(_ => run(tokens, isShared));

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
