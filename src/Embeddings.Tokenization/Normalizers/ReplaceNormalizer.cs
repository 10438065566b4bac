using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.Normalizers;

/// <summary>
/// <c>Replace</c>: puts a content in the place of every match. It comes from where the last character of the match
/// comes from.
/// </summary>
internal sealed class ReplaceNormalizer(Pattern pattern, string content) : INormalizer
{
    /// <inheritdoc/>
    public void Normalize(AlignedText text)
    {
        var chars = text.Chars;
        var copied = -1;
        foreach (var match in pattern.Matches(chars))
        {
            if (copied < 0)
            {
                text.Begin();
                copied = 0;
            }

            text.Copy(match.Start - copied);
            text.Drop(match.End - match.Start);
            foreach (var rune in content.EnumerateRunes())
            {
                text.Insert(rune.Value);
            }

            copied = match.End;
        }

        if (copied >= 0)
        {
            text.Copy(chars.Length - copied);
            text.End();
        }
    }
}
