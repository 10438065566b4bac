using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization;

/// <summary>One text, or a pair, as a model reads it. All arrays have one entry for each token. Immutable.</summary>
/// <param name="Ids">The ids of the tokens.</param>
/// <param name="TypeIds">Which text a token belongs to, as the model was trained: usually 0, or 1 in the second.</param>
/// <param name="Ranges">
/// Where each token lies in its own text, in UTF-16 code units. Special tokens lie nowhere: 0 to 0.
/// </param>
/// <param name="IsSpecial">Whether the token was added round the texts. Special tokens in the text itself are not.</param>
public sealed record TokenizedText(
    IReadOnlyList<int> Ids, IReadOnlyList<int> TypeIds, IReadOnlyList<TextRange> Ranges, IReadOnlyList<bool> IsSpecial);
