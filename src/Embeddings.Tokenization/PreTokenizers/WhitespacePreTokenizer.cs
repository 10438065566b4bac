using System.Text;
using Embeddings.Tokenization.Text;
using static Embeddings.Tokenization.Unicode.CharacterTables;

namespace Embeddings.Tokenization.PreTokenizers;

/// <summary>
/// <c>Whitespace</c>: runs of word characters, and runs of others that are not white space (<c>\w+|[^\w\s]+</c>).
/// </summary>
internal sealed class WhitespacePreTokenizer : PieceSplitter
{
    /// <inheritdoc/>
    protected override void Split(ReadOnlySpan<char> chars, int offset, Pieces pieces)
    {
        var (start, run) = (0, Classes.Whitespace);
        for (var i = 0; i < chars.Length;)
        {
            Rune.DecodeFromUtf16(chars[i..], out var rune, out var units);
            var kind = Of(rune.Value) & (Classes.Word | Classes.Whitespace);
            if (kind != run)
            {
                Add(start, i, run);
                (start, run) = (i, kind);
            }

            i += units;
        }

        Add(start, chars.Length, run);

        void Add(int from, int to, Classes kind)
        {
            if (kind != Classes.Whitespace)
            {
                pieces.Add(new Piece(offset + from, offset + to));
            }
        }
    }
}
