namespace Embeddings.Inference.Scheduling;

/// <summary>How many tokens a second the lanes do together, of late. Safe for any number of threads.</summary>
internal sealed class TokenRate(int lanes, TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    // Of the last few hundred runs.
    private const double Memory = 1.0 / 128;

    private double _secondsPerToken = 1e-4 * lanes;

    /// <summary>Notes a run.</summary>
    public void Note(int tokens, long start)
    {
        var seconds = time.GetElapsedTime(start).TotalSeconds / tokens;
        // Two lanes that meet here lose one note, which changes nothing.
        Volatile.Write(ref _secondsPerToken, (Volatile.Read(ref _secondsPerToken) * (1 - Memory)) + (seconds * Memory));
    }

    /// <summary>When the lanes will have done so many tokens, in whole seconds.</summary>
    public TimeSpan TimeFor(long tokens)
    {
        var seconds = TimeSpan.FromSeconds(Math.Ceiling(tokens * Volatile.Read(ref _secondsPerToken) / lanes));
        return seconds < Shortest ? Shortest : seconds > Longest ? Longest : seconds;
    }
}
