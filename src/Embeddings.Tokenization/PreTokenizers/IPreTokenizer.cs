using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.PreTokenizers;

/// <summary>A step that cuts a text into the pieces that the model reads one by one. Thread-safe.</summary>
internal interface IPreTokenizer
{
    /// <summary>Cuts the pieces further, and perhaps rewrites the text. Added tokens stay as they are.</summary>
    void PreTokenize(AlignedText text, Pieces pieces);
}
