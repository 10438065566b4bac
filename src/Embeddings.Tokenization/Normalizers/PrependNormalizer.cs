using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.Normalizers;

/// <summary><c>Prepend</c>: puts a text before one that is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : INormalizer
{
    /// <inheritdoc/>
    public void Normalize(AlignedText text)
    {
        if (text.Length == 0)
        {
            return;
        }

        text.Begin();
        text.InsertBefore(prefix);
        text.Copy(text.Length);
        text.End();
    }
}
