using System.Text;
using Embeddings.Tokenization.Text;
using static Embeddings.Tokenization.Unicode.CharacterTables;

namespace Embeddings.Tokenization.Normalizers;

/// <summary><c>Lowercase</c>: the lower case of each character, without regard to its neighbours.</summary>
internal sealed class LowercaseNormalizer : INormalizer
{
    /// <inheritdoc/>
    public void Normalize(AlignedText text)
    {
        var chars = text.Chars;
        text.Begin();
        var copied = 0;
        for (var i = 0; i < chars.Length;)
        {
            var (codePoint, units) = ((int)chars[i], 1);
            if (codePoint >= 0x80)
            {
                Rune.DecodeFromUtf16(chars[i..], out var rune, out units);
                codePoint = rune.Value;
            }

            if (Is(codePoint, Classes.HasLowerCase))
            {
                text.Copy(i - copied);
                var lower = LowerCase(codePoint);
                text.Replace(lower[0], 1);
                foreach (var more in lower[1..])
                {
                    text.Insert(more);
                }

                copied = i + units;
            }

            i += units;
        }

        text.Copy(chars.Length - copied);
        text.End();
    }
}
