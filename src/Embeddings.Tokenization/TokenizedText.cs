using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization;

/// <summary>One text, or a pair, as a model reads it. All arrays have one entry for each token. Immutable.</summary>
/// <param name="Ids">The ids of the tokens.</param>
/// <param name="TypeIds">The types of the tokens: usually 0, or 1 in the second text.</param>
/// <param name="Ranges">
/// Where each token lies in its own text, in UTF-16 code units. Special tokens lie nowhere: 0 to 0.
/// </param>
/// <param name="TextIndexes">Which text a token belongs to: 0 or 1, or -1 for special tokens round the texts.</param>
public sealed record TokenizedText(
    IReadOnlyList<int> Ids, IReadOnlyList<int> TypeIds, IReadOnlyList<TextRange> Ranges, IReadOnlyList<int> TextIndexes)
{
    /// <summary>Whether a token was added round the texts. Special tokens in a text itself were not.</summary>
    public IReadOnlyList<bool> IsSpecial { get; } = [.. TextIndexes.Select(index => index < 0)];
}
