using System.Text;
using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.Normalizers;

/// <summary>
/// A normalizer that looks at one character at a time: it keeps it, drops it or puts another in its place.
/// </summary>
internal abstract class CharacterNormalizer : INormalizer
{
    /// <summary>Says that a character is left out.</summary>
    protected const int Dropped = -1;

    /// <inheritdoc/>
    public void Normalize(AlignedText text)
    {
        var chars = text.Chars;
        var isChanged = false;
        var copied = 0;
        for (var i = 0; i < chars.Length;)
        {
            Rune.DecodeFromUtf16(chars[i..], out var rune, out var units);
            var changed = Map(rune.Value);
            if (changed != rune.Value)
            {
                if (!isChanged)
                {
                    text.Begin();
                    isChanged = true;
                }

                text.Copy(i - copied);
                if (changed == Dropped)
                {
                    text.Drop(units);
                }
                else
                {
                    text.Replace(changed, 1);
                }

                copied = i + units;
            }

            i += units;
        }

        if (isChanged)
        {
            text.Copy(chars.Length - copied);
            text.End();
        }
    }

    /// <summary>What stands in the place of a character: itself, another one, or <see cref="Dropped"/>.</summary>
    protected abstract int Map(int codePoint);
}
