namespace Embeddings.Inference.Encoders;

/// <summary>The vectors of the tokens of texts.</summary>
/// <param name="Rows">Of each text [tokens, dimensions], row-major.</param>
/// <param name="Dimensions">Length of a vector.</param>
/// <param name="TokenCount">Tokens of all texts, special tokens included.</param>
/// <param name="TruncatedTexts">Texts that were not read whole.</param>
public sealed record TokenVectors(
    IReadOnlyList<ReadOnlyMemory<float>> Rows, int Dimensions, long TokenCount, int TruncatedTexts);
