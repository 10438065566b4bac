namespace Embeddings.Inference.Scheduling;

/// <summary>How many tokens a second the workers do together, of late. Safe for any number of threads.</summary>
internal sealed class WorkRate(int workers, TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    // Of the last few hundred runs.
    private const double Memory = 1 - (1.0 / 128);

    private readonly Lock _gate = new();

    // Until runs say otherwise: ten thousand tokens a second and worker.
    private double _seconds = 1e-4;
    private double _tokens = 1;

    /// <summary>Notes a run that gave vectors.</summary>
    public void Note(int tokens, long start)
    {
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        lock (_gate)
        {
            // Sums, not the mean of the runs' rates, in which short runs would count as much as long ones.
            _seconds = (_seconds * Memory) + seconds;
            _tokens = (_tokens * Memory) + tokens;
        }
    }

    /// <summary>When the workers will have done so many tokens, in whole seconds.</summary>
    public TimeSpan TimeFor(long tokens)
    {
        lock (_gate)
        {
            var seconds = TimeSpan.FromSeconds(Math.Ceiling(tokens * _seconds / _tokens / workers));
            return seconds < Shortest ? Shortest : seconds > Longest ? Longest : seconds;
        }
    }
}
