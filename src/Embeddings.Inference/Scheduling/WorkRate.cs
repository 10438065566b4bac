namespace Embeddings.Inference.Scheduling;

/// <summary>
/// How much cost (for texts, tokens) the workers together do in a second, over the last few hundred batches.
/// Thread-safe.
/// </summary>
internal sealed class WorkRate(int workers, TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    // A batch counts half as much after 89 more.
    private const double Memory = 1 - (1.0 / 128);

    private readonly Lock _gate = new();

    // Before the first batch: 10,000 tokens a second and worker.
    private double _seconds = 1e-4;
    private double _tokens = 1;

    /// <summary>Notes a batch that gave vectors.</summary>
    public void Note(int tokens, long start)
    {
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        lock (_gate)
        {
            // Sums of time and cost. In a mean of rates, short batches would count as much as long ones.
            _seconds = (_seconds * Memory) + seconds;
            _tokens = (_tokens * Memory) + tokens;
        }
    }

    /// <summary>Time in which the workers do so much, in whole seconds; at least 1 s, at most 60 s.</summary>
    public TimeSpan TimeFor(long tokens)
    {
        lock (_gate)
        {
            var seconds = TimeSpan.FromSeconds(Math.Ceiling(tokens * _seconds / _tokens / workers));
            return seconds < Shortest ? Shortest : seconds > Longest ? Longest : seconds;
        }
    }
}
