using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.Normalizers;

/// <summary><c>Sequence</c>: one normalizer after the other.</summary>
internal sealed class SequenceNormalizer(INormalizer[] normalizers) : INormalizer
{
    /// <inheritdoc/>
    public void Normalize(AlignedText text)
    {
        foreach (var normalizer in normalizers)
        {
            normalizer.Normalize(text);
        }
    }
}
