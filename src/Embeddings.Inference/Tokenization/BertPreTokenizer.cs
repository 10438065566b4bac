using System.Text;
using static Embeddings.Inference.Tokenization.BertUnicode;

namespace Embeddings.Inference.Tokenization;

/// <summary>
/// Splits a normalized text into words: at white space, which goes, and around punctuation, each mark a word of its
/// own.
/// </summary>
internal ref struct BertPreTokenizer(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text;

    /// <summary>The word that <see cref="MoveNext"/> found.</summary>
    public ReadOnlySpan<char> Word { get; private set; }

    /// <summary>Length of <see cref="Word"/> in code points, the unit of the upstream limit on word length.</summary>
    public int CodePoints { get; private set; }

    /// <summary>Finds the next word; <see langword="false"/> at the end.</summary>
    public bool MoveNext()
    {
        var end = 0;
        CodePoints = 0;
        while (end < _rest.Length)
        {
            Rune.DecodeFromUtf16(_rest[end..], out var rune, out var length);
            if (Is(rune.Value, Classes.Whitespace | Classes.Punctuation))
            {
                if (end > 0)
                {
                    break;
                }

                if (Is(rune.Value, Classes.Punctuation))
                {
                    (end, CodePoints) = (length, 1);
                    break;
                }

                _rest = _rest[length..];
                continue;
            }

            end += length;
            CodePoints++;
        }

        Word = _rest[..end];
        _rest = _rest[end..];
        return end > 0;
    }
}
