using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.PreTokenizers;

/// <summary><c>Sequence</c>: one pre-tokenizer after the other.</summary>
internal sealed class SequencePreTokenizer(IPreTokenizer[] steps) : IPreTokenizer
{
    /// <summary>The pre-tokenizers, the first first.</summary>
    public IReadOnlyList<IPreTokenizer> Steps => steps;

    /// <inheritdoc/>
    public void PreTokenize(AlignedText text, Pieces pieces)
    {
        foreach (var step in steps)
        {
            step.PreTokenize(text, pieces);
        }
    }
}
