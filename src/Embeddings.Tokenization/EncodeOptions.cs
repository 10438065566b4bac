namespace Embeddings.Tokenization;

/// <summary>How texts are tokenized.</summary>
public sealed record EncodeOptions
{
    /// <summary>Special tokens round the texts, and no truncation.</summary>
    public static readonly EncodeOptions Default = new();

    /// <summary>Whether the model's special tokens are added round the texts.</summary>
    public bool AddsSpecialTokens { get; init; } = true;

    /// <summary>What is cut off; null for nothing.</summary>
    public TruncationOptions? Truncation { get; init; }
}
