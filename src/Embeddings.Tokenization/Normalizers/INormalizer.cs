using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.Normalizers;

/// <summary>A step that rewrites a text before it is cut into pieces. Thread-safe.</summary>
internal interface INormalizer
{
    /// <summary>Rewrites a text.</summary>
    void Normalize(AlignedText text);
}
