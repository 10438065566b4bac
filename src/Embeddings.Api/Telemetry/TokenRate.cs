namespace Embeddings.Api.Telemetry;

/// <summary>Tokens that models read a second, over the last 10 s. Thread-safe.</summary>
internal sealed class TokenRate(TimeProvider time)
{
    private const int Seconds = 10;

    private readonly Lock _gate = new();

    // A sum for each of the last seconds, and which second it is.
    private readonly (long Second, long Tokens)[] _sums = new (long, long)[Seconds];

    /// <summary>Tokens read since the server started.</summary>
    public long Total { get; private set; }

    /// <summary>Tokens a second, the mean of the last 10 s.</summary>
    public double Now
    {
        get
        {
            lock (_gate)
            {
                var oldest = Second() - Seconds;
                return _sums.Where(sum => sum.Second > oldest).Sum(sum => sum.Tokens) / (double)Seconds;
            }
        }
    }

    /// <summary>Notes tokens that were read just now.</summary>
    public void Add(long tokens)
    {
        lock (_gate)
        {
            var second = Second();
            ref var sum = ref _sums[second % Seconds];
            sum = (second, (sum.Second == second ? sum.Tokens : 0) + tokens);
            Total += tokens;
        }
    }

    private long Second() => time.GetTimestamp() / time.TimestampFrequency;
}
