using Embeddings.Tokenization.Text;
using static Embeddings.Tokenization.Unicode.CharacterTables;

namespace Embeddings.Tokenization.Normalizers;

/// <summary><c>Strip</c>: drops white space at the ends of the text.</summary>
internal sealed class StripNormalizer(bool stripsLeft, bool stripsRight) : INormalizer
{
    /// <inheritdoc/>
    public void Normalize(AlignedText text)
    {
        var chars = text.Chars;
        var (start, end) = (0, chars.Length);
        while (stripsLeft && start < end && Is(chars[start], Classes.Whitespace))
        {
            start++;
        }

        while (stripsRight && end > start && Is(chars[end - 1], Classes.Whitespace))
        {
            end--;
        }

        text.Begin();
        text.Drop(start);
        text.Copy(end - start);
        text.End();
    }
}
