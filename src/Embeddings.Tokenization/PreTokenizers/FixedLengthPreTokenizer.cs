using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.PreTokenizers;

/// <summary><c>FixedLength</c>: pieces of so many code points, the last one of fewer.</summary>
internal sealed class FixedLengthPreTokenizer(int length) : PieceSplitter
{
    /// <inheritdoc/>
    protected override void Split(ReadOnlySpan<char> chars, int offset, Pieces pieces)
    {
        var (start, end, count) = (0, 0, 0);
        foreach (var rune in chars.EnumerateRunes())
        {
            end += rune.Utf16SequenceLength;
            if (++count == length)
            {
                pieces.Add(new Piece(offset + start, offset + end));
                (start, count) = (end, 0);
            }
        }

        pieces.Add(new Piece(offset + start, offset + end));
    }
}
