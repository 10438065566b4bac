namespace Embeddings.Tokenization;

/// <summary>What is cut off where texts have too many tokens.</summary>
/// <param name="MaxTokens">Tokens that are kept at most, special tokens included.</param>
/// <param name="Strategy">Which text of a pair is cut.</param>
/// <param name="Side">Where it is cut.</param>
public sealed record TruncationOptions(
    int MaxTokens,
    TruncationStrategy Strategy = TruncationStrategy.LongestFirst,
    TruncationSide Side = TruncationSide.End)
{
    /// <summary>How many tokens of each text are kept.</summary>
    /// <param name="first">Tokens of the first text.</param>
    /// <param name="second">Tokens of the second text; null if there is none.</param>
    /// <param name="special">Special tokens round them.</param>
    /// <exception cref="ArgumentException">The text that may be cut is too short for what must go.</exception>
    internal (int First, int Second) Keep(int first, int? second, int special)
    {
        var room = MaxTokens - special;
        if (room < 0)
        {
            throw new ArgumentException($"At most {MaxTokens} tokens are fewer than the {special} special tokens.");
        }

        var tooMany = first + (second ?? 0) - room;
        if (tooMany <= 0)
        {
            return (first, second ?? 0);
        }

        return Strategy switch
        {
            TruncationStrategy.OnlyFirst => (Shorten(first, tooMany), second ?? 0),
            TruncationStrategy.OnlySecond => (first, Shorten(second ?? 0, tooMany)),
            _ => second is { } other ? KeepLongest(first, other, room) : (room, 0),
        };
    }

    private static int Shorten(int tokens, int tooMany) => tokens > tooMany
        ? tokens - tooMany
        : throw new ArgumentException($"The text that may be cut has {tokens} tokens, but {tooMany} are too many.");

    // The shorter text stays as long as half of the room, and the longer one takes the rest.
    private static (int First, int Second) KeepLongest(int first, int second, int room)
    {
        var shorter = Math.Min(first, second);
        var longer = shorter > room ? shorter : Math.Max(shorter, room - shorter);
        if (shorter + longer > room)
        {
            shorter = room / 2;
            longer = shorter + (room % 2);
        }

        return first > second ? (longer, shorter) : (shorter, longer);
    }
}

/// <summary>Which text of a pair is cut.</summary>
public enum TruncationStrategy
{
    /// <summary>The longer one first, then both.</summary>
    LongestFirst,

    /// <summary>Only the first text.</summary>
    OnlyFirst,

    /// <summary>Only the second text, as for rerankers.</summary>
    OnlySecond,
}

/// <summary>Where a text is cut.</summary>
public enum TruncationSide
{
    /// <summary>Its last tokens go.</summary>
    End,

    /// <summary>Its first tokens go.</summary>
    Start,
}
