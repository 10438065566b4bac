using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.Normalizers;

/// <summary><c>ByteLevel</c>: writes each UTF-8 byte as a character of the <see cref="ByteAlphabet"/>.</summary>
internal sealed class ByteLevelNormalizer : INormalizer
{
    /// <inheritdoc/>
    public void Normalize(AlignedText text)
    {
        text.Begin();
        text.CopyAsBytes(text.Length);
        text.End();
    }
}
