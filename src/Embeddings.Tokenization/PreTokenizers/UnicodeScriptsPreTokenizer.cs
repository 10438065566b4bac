using Embeddings.Tokenization.Text;
using Embeddings.Tokenization.Unicode;

namespace Embeddings.Tokenization.PreTokenizers;

/// <summary>
/// <c>UnicodeScripts</c>: cuts where the script changes. Characters of any script, such as the space, belong to what is
/// before them. Those that begin a piece are left out, as upstream leaves them out.
/// </summary>
internal sealed class UnicodeScriptsPreTokenizer : PieceSplitter
{
    /// <inheritdoc/>
    protected override void Split(ReadOnlySpan<char> chars, int offset, Pieces pieces)
    {
        var (start, end, last) = (-1, 0, Scripts.Any);
        foreach (var rune in chars.EnumerateRunes())
        {
            var script = Scripts.Of(rune.Value);
            if (script != Scripts.Any && script != last)
            {
                if (start >= 0)
                {
                    pieces.Add(new Piece(offset + start, offset + end));
                }

                (start, last) = (end, script);
            }

            end += rune.Utf16SequenceLength;
        }

        if (start >= 0)
        {
            pieces.Add(new Piece(offset + start, offset + end));
        }
    }
}
