using System.Text;
using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.PreTokenizers;

/// <summary>A pre-tokenizer to which some characters are delimiters, each by itself.</summary>
/// <param name="behavior">What becomes of delimiters.</param>
internal abstract class CharacterSplitter(DelimiterBehavior behavior) : PieceSplitter
{
    /// <inheritdoc/>
    protected sealed override void Split(ReadOnlySpan<char> chars, int offset, Pieces pieces)
    {
        var delimited = new DelimitedPieces(behavior, pieces);
        var start = 0;
        for (var i = 0; i < chars.Length;)
        {
            Rune.DecodeFromUtf16(chars[i..], out var rune, out var units);
            if (IsDelimiter(rune.Value))
            {
                if (i > start)
                {
                    delimited.Add(offset + start, offset + i, isDelimiter: false);
                }

                start = i + units;
                delimited.Add(offset + i, offset + start, isDelimiter: true);
            }

            i += units;
        }

        if (start < chars.Length)
        {
            delimited.Add(offset + start, offset + chars.Length, isDelimiter: false);
        }

        delimited.End();
    }

    /// <summary>Whether a character is a delimiter.</summary>
    protected abstract bool IsDelimiter(int codePoint);
}
