using System.Diagnostics;
using Embeddings.Api.Embedding;

namespace Embeddings.Api.Dialects.TeiGrpc;

/// <summary>What a reply took.</summary>
internal readonly struct Took
{
    private readonly long _start;

    private Took(long start) => _start = start;

    /// <summary>Begins to measure.</summary>
    public static Took Start() => new(Stopwatch.GetTimestamp());

    /// <summary>What it took until now.</summary>
    /// <param name="summary">The tokens.</param>
    /// <param name="texts">The texts, whose characters are counted as code points.</param>
    public Metadata Metadata(EmbeddingSummary summary, params IEnumerable<string> texts) => new()
    {
        ComputeChars = (uint)texts.Sum(CodePoints),
        ComputeTokens = (uint)summary.Tokens,
        TotalTimeNs = (ulong)Stopwatch.GetElapsedTime(_start).TotalNanoseconds,
    };

    private static int CodePoints(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }
}

/// <summary>Where texts are cut.</summary>
internal static class Directions
{
    /// <summary>The name that a direction has over HTTP. One that is unknown is refused there.</summary>
    public static string NameOf(TruncationDirection direction) => direction switch
    {
        TruncationDirection.Right => "Right",
        TruncationDirection.Left => "Left",
        _ => $"{(int)direction}",
    };
}
