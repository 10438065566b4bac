using Embeddings.Inference.Scheduling;

namespace Embeddings.Inference.Tests.Scheduling;

public sealed class WorkRateTests
{
    [Fact]
    public void Time_follows_from_tokens_and_seconds_of_all_batches_not_from_how_many_were_short()
    {
        var time = new ManualTime();
        var rate = new WorkRate(workers: 2, time);
        // Nine short batches to a long one: 272 tokens in 42.5 ms, on each of two workers.
        for (var i = 0; i < 3000; i++)
        {
            var (tokens, milliseconds) = i % 10 == 0 ? (200, 20.0) : (8, 2.5);
            var start = time.GetTimestamp();
            time.Advance(TimeSpan.FromMilliseconds(milliseconds));
            rate.Note(tokens, start);
        }

        Assert.InRange(
            rate.TimeFor(300_000).TotalSeconds, 0.9 * 300_000 * 42.5e-3 / 272 / 2, 1.1 * 300_000 * 42.5e-3 / 272 / 2);
    }

    [Fact]
    public void Time_is_whole_seconds_from_one_to_sixty()
    {
        var time = new ManualTime();
        var rate = new WorkRate(workers: 1, time);
        Assert.Equal(TimeSpan.FromSeconds(1), rate.TimeFor(10));
        for (var i = 0; i < 1000; i++)
        {
            var start = time.GetTimestamp();
            time.Advance(TimeSpan.FromSeconds(1));
            rate.Note(100, start);
        }

        Assert.Equal(TimeSpan.FromSeconds(3), rate.TimeFor(201));
        Assert.Equal(TimeSpan.FromSeconds(60), rate.TimeFor(1_000_000));
    }

    [Fact]
    public void A_change_of_speed_shows_within_a_few_hundred_batches()
    {
        var time = new ManualTime();
        var rate = new WorkRate(workers: 1, time);
        void Run(int batches, double seconds)
        {
            for (var i = 0; i < batches; i++)
            {
                var start = time.GetTimestamp();
                time.Advance(TimeSpan.FromSeconds(seconds));
                rate.Note(100, start);
            }
        }

        Run(1000, 0.1);
        Assert.Equal(TimeSpan.FromSeconds(10), rate.TimeFor(9_990));
        Run(700, 0.4);
        Assert.InRange(rate.TimeFor(10_000).TotalSeconds, 38, 41);
    }
}
