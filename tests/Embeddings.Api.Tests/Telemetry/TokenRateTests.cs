using Embeddings.Api.Telemetry;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.Telemetry;

/// <summary>Tokens a second over the last 10 s.</summary>
public sealed class TokenRateTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void What_was_read_in_the_last_ten_seconds_counts_and_what_was_before_does_not()
    {
        var rate = new TokenRate(_time);
        rate.Add(50);
        rate.Add(30);
        _time.Advance(TimeSpan.FromSeconds(9));
        rate.Add(20);
        Assert.Equal(10, rate.Now);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, rate.Now);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal((0, 100L), (rate.Now, rate.Total));
        rate.Add(10);
        Assert.Equal(1, rate.Now);
    }
}
