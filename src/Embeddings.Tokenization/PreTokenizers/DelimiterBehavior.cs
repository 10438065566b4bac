using Embeddings.Tokenization.Reading;
using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.PreTokenizers;

/// <summary>What becomes of a delimiter, that is of a match, where a text is cut at it.</summary>
internal enum DelimiterBehavior
{
    /// <summary>It is left out.</summary>
    Removed,

    /// <summary>It is a piece of its own.</summary>
    Isolated,

    /// <summary>It is a piece together with the delimiters that touch it.</summary>
    Contiguous,

    /// <summary>It ends the piece before it.</summary>
    MergedWithPrevious,

    /// <summary>It begins the piece behind it.</summary>
    MergedWithNext,
}

/// <summary>The names of behaviours in a file.</summary>
internal static class DelimiterBehaviorReader
{
    /// <summary>Reads a behaviour.</summary>
    /// <param name="part">Its name.</param>
    /// <param name="otherwise">What it is if it is missing; null if it must be there.</param>
    public static DelimiterBehavior Read(JsonPart part, DelimiterBehavior? otherwise) =>
        part.IsMissing && otherwise is { } behavior ? behavior : part.AsText() switch
        {
            "Removed" => DelimiterBehavior.Removed,
            "Isolated" => DelimiterBehavior.Isolated,
            "Contiguous" => DelimiterBehavior.Contiguous,
            "MergedWithPrevious" => DelimiterBehavior.MergedWithPrevious,
            "MergedWithNext" => DelimiterBehavior.MergedWithNext,
            var name => throw part.Wrong($"is '{name}', which is not known here"),
        };
}

/// <summary>Makes pieces of the delimiters of a text and of what is between them, given from front to back.</summary>
/// <param name="behavior">What becomes of delimiters.</param>
/// <param name="pieces">Where the pieces go.</param>
internal ref struct DelimitedPieces(DelimiterBehavior behavior, Pieces pieces)
{
    private Piece _pending;
    private bool _hasPending;
    private bool _isLastDelimiter;

    /// <summary>Adds the next part of the text.</summary>
    public void Add(int start, int end, bool isDelimiter)
    {
        if (behavior == DelimiterBehavior.Removed)
        {
            if (!isDelimiter)
            {
                pieces.Add(new Piece(start, end));
            }

            return;
        }

        var isMerged = _hasPending && behavior switch
        {
            DelimiterBehavior.Contiguous => isDelimiter == _isLastDelimiter,
            DelimiterBehavior.MergedWithPrevious => isDelimiter && !_isLastDelimiter,
            DelimiterBehavior.MergedWithNext => !isDelimiter && _isLastDelimiter,
            _ => false,
        };
        if (isMerged)
        {
            _pending = _pending with { End = end };
        }
        else
        {
            End();
            (_pending, _hasPending) = (new Piece(start, end), true);
        }

        _isLastDelimiter = isDelimiter;
    }

    /// <summary>Ends the text.</summary>
    public void End()
    {
        if (_hasPending)
        {
            pieces.Add(_pending);
            _hasPending = false;
        }
    }
}
