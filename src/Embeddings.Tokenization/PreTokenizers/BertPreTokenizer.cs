using System.Text;
using Embeddings.Tokenization.Text;
using static Embeddings.Tokenization.Unicode.CharacterTables;

namespace Embeddings.Tokenization.PreTokenizers;

/// <summary>
/// <c>BertPreTokenizer</c>: cuts at white space, which goes, and around punctuation, each mark a piece of its own.
/// </summary>
internal sealed class BertPreTokenizer : PieceSplitter
{
    /// <inheritdoc/>
    protected override void Split(ReadOnlySpan<char> chars, int offset, Pieces pieces)
    {
        var start = 0;
        for (var i = 0; i < chars.Length;)
        {
            var (codePoint, units) = ((int)chars[i], 1);
            if (char.IsSurrogate(chars[i]))
            {
                Rune.DecodeFromUtf16(chars[i..], out var rune, out units);
                codePoint = rune.Value;
            }

            if (Is(codePoint, Classes.Whitespace | Classes.Punctuation))
            {
                pieces.Add(new Piece(offset + start, offset + i));
                start = i + units;
                if (!Is(codePoint, Classes.Whitespace))
                {
                    pieces.Add(new Piece(offset + i, offset + start));
                }
            }

            i += units;
        }

        pieces.Add(new Piece(offset + start, offset + chars.Length));
    }
}
