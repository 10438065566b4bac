namespace Embeddings.Inference.Tokenization;

/// <summary>Texts → token ids of one model's vocabulary, and these → what the model reads. Thread-safe.</summary>
internal interface ITokenizer
{
    /// <summary>One more than the largest id.</summary>
    int VocabularySize { get; }

    /// <summary>Special tokens that <see cref="Frame"/> adds to the ids of one text.</summary>
    int SpecialTokens { get; }

    /// <summary>
    /// The ids of a text without special tokens, at most <paramref name="limit"/>. What lies beyond is not looked at,
    /// so a caller that wants to know whether a text is longer asks for one more than it needs.
    /// </summary>
    List<int> Tokenize(ReadOnlySpan<char> text, int limit);

    /// <summary>
    /// All tokens of a text for a person to look at, special ones included: at most <paramref name="limit"/> and the
    /// special ones.
    /// </summary>
    IReadOnlyList<Token> Describe(string text, int limit);

    /// <summary>The text that ids stand for. Ids that the vocabulary does not have are left out.</summary>
    string Decode(ReadOnlySpan<int> ids, bool skipsSpecialTokens);

    /// <summary>Ids that a text has at least, special tokens left out, found without tokenizing it.</summary>
    int LeastTokens(string text);

    /// <summary>The ids of one text with the model's special tokens.</summary>
    Sequence Frame(ReadOnlySpan<int> ids);

    /// <summary>
    /// The ids of two texts that the model reads together, with its special tokens; those of the second have type 1.
    /// </summary>
    Sequence FramePair(ReadOnlySpan<int> first, ReadOnlySpan<int> second);
}
