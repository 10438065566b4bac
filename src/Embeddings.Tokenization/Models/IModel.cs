using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.Models;

/// <summary>Turns pieces of a text into tokens of a vocabulary. Thread-safe.</summary>
internal interface IModel
{
    /// <summary>The tokens that the model knows. Added tokens are not among them.</summary>
    Vocabulary Vocabulary { get; }

    /// <summary>Adds the tokens of a piece.</summary>
    /// <param name="piece">The piece, not empty.</param>
    /// <param name="offset">Where it begins in the whole text.</param>
    /// <param name="tokens">Where the tokens go.</param>
    void Tokenize(ReadOnlySpan<char> piece, int offset, TokenBuffer tokens);
}
