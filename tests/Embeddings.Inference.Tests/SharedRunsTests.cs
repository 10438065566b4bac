namespace Embeddings.Inference.Tests;

public sealed class SharedRunsTests
{
    private const double Overhead = 100;
    private const int Most = 512;

    [Theory]
    [InlineData(100, 4)]
    [InlineData(200, 8)]
    [InlineData(300, 16)]
    [InlineData(400, 32)]
    [InlineData(100_000, 32)]
    public void All_threads_are_taken_from_where_they_are_quicker_on(double begin, int fewest) =>
        Assert.Equal(fewest, SharedRuns.FewestTokens(Most, (tokens, isShared) => isShared ? Time(begin + (25 * tokens)) : Time(Overhead + (50 * tokens))));

    [Fact]
    public void A_tenth_is_not_worth_the_processors_of_everybody_else() =>
        Assert.Equal(32, SharedRuns.FewestTokens(Most, (tokens, isShared) => Time(isShared ? 90 : 100)));

    [Fact]
    public void Runs_that_a_neighbour_holds_up_do_not_decide()
    {
        var runs = 0;
        Assert.Equal(4, SharedRuns.FewestTokens(Most, (tokens, isShared) => Time((isShared ? 50 : 100) + (runs++ % 6 > 0 ? 5_000 : 0))));
    }

    [Fact]
    public void No_text_is_run_that_is_longer_than_the_model_takes() =>
        Assert.Equal(32, SharedRuns.FewestTokens(8, (tokens, isShared) => tokens <= 8 ? Time(100) : throw new InvalidOperationException()));

    private static TimeSpan Time(double microseconds) => TimeSpan.FromMicroseconds(microseconds);
}
