namespace Embeddings.Inference.Tests;

public sealed class SharedRunsTests
{
    private const int Overhead = 16;

    // Until both ways are known.
    private const int Learning = 128;

    private readonly SharedRuns _runs = new();
    private readonly Random _random = new(7);

    [Fact]
    public void A_long_text_has_all_threads_and_a_short_one_has_them_once_they_are_known_to_be_quicker()
    {
        Assert.True(_runs.Next(32));
        Assert.True(_runs.AreQuicker(32));
        Assert.False(_runs.AreQuicker(31));
        Run(Learning, isShared => isShared ? 80 : 100);
        Assert.True(_runs.AreQuicker(31));
    }

    [Fact]
    public void A_thirtieth_is_not_worth_the_processors_of_everybody_else()
    {
        Run(10 * Learning, isShared => isShared ? 97 : 100);
        Assert.False(_runs.AreQuicker(10));
    }

    [Fact]
    public void Both_ways_are_tried_in_turn_at_first_and_the_slower_one_seldom_later()
    {
        Assert.Equal(Learning / 2, Run(Learning, isShared => isShared ? 50 : 100));
        Assert.Equal(31 * 256 / 32, Run(256, isShared => isShared ? 50 : 100));
    }

    [Fact]
    public void What_was_learned_is_given_up_when_it_is_no_longer_so()
    {
        Run(Learning, isShared => isShared ? 50 : 100);
        Run(10 * 256, isShared => isShared ? 200 : 100);
        Assert.False(_runs.AreQuicker(10));
        Run(10 * 256, isShared => isShared ? 50 : 100);
        Assert.True(_runs.AreQuicker(10));
    }

    [Fact]
    public void Neighbours_that_come_and_go_do_not_decide()
    {
        var runs = 0;
        Run(10_000, isShared =>
        {
            runs++;
            Assert.True(runs <= Learning || _runs.AreQuicker(10));
            // Some of them long, and spells in which all is slow.
            return (isShared ? 80 : 100) * (runs / 300 % 2 == 0 ? 1 : 3) * (_random.Next(5) == 0 ? 10 : 1);
        });
    }

    [Fact]
    public void The_first_run_of_a_row_does_not_decide()
    {
        var last = false;
        Run(2 * Learning, isShared =>
        {
            // On average all threads take longer.
            var time = !isShared ? 100 : last ? 80 : 1000;
            last = isShared;
            return time;
        });
        Assert.True(_runs.AreQuicker(10));
    }

    // How many of the runs had all threads; their texts differ in length.
    private int Run(int times, Func<bool, double> microseconds) => Enumerable.Range(0, times).Count(_ =>
    {
        var tokens = _random.Next(4, 32);
        var isShared = _runs.Next(tokens);
        _runs.Note(tokens, isShared, TimeSpan.FromMicroseconds(microseconds(isShared) * (tokens + Overhead)));
        return isShared;
    });
}
