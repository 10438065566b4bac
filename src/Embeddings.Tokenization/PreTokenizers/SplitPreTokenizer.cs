using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.PreTokenizers;

/// <summary><c>Split</c>: cuts at what a pattern matches.</summary>
/// <param name="pattern">What delimits pieces.</param>
/// <param name="behavior">What becomes of delimiters.</param>
/// <param name="isInverted">Whether the delimiters are instead what is between the matches.</param>
internal sealed class SplitPreTokenizer(Pattern pattern, DelimiterBehavior behavior, bool isInverted) : PieceSplitter
{
    /// <inheritdoc/>
    protected override void Split(ReadOnlySpan<char> chars, int offset, Pieces pieces)
    {
        var delimited = new DelimitedPieces(behavior, pieces);
        var start = 0;
        foreach (var match in pattern.Matches(chars))
        {
            if (match.Start > start)
            {
                delimited.Add(offset + start, offset + match.Start, isInverted);
            }

            if (match.End > match.Start)
            {
                delimited.Add(offset + match.Start, offset + match.End, !isInverted);
            }

            start = match.End;
        }

        if (start < chars.Length)
        {
            delimited.Add(offset + start, offset + chars.Length, isInverted);
        }

        delimited.End();
    }
}
