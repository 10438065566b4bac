namespace Embeddings.Inference;

/// <summary>A token of a text.</summary>
/// <param name="Id">Its id in the model's vocabulary.</param>
/// <param name="Text">The characters of the text that it stands for; of a token that stands for none, its word in the
/// vocabulary.</param>
/// <param name="IsSpecial">Whether the model adds it to every text, as [CLS] and [SEP].</param>
/// <param name="Start">Where its characters begin in the text, in UTF-16 units; null if it has none.</param>
/// <param name="Stop">Where they end.</param>
public sealed record Token(int Id, string Text, bool IsSpecial, int? Start, int? Stop);

/// <summary>A text as a model's tokenizer cuts it.</summary>
/// <param name="Tokens">All tokens in their order, special ones included, whether the model reads them or not.</param>
/// <param name="Read">How many of them, from the first on, the model reads.</param>
/// <param name="IsTruncated">Whether the text is longer than the model reads at once.</param>
public sealed record TokenizedText(IReadOnlyList<Token> Tokens, int Read, bool IsTruncated);
