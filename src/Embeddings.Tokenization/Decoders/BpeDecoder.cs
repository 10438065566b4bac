namespace Embeddings.Tokenization.Decoders;

/// <summary><c>BPEDecoder</c>: turns the suffix of the last token of a word into a space, except at the end.</summary>
internal sealed class BpeDecoder(string suffix) : IDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) => [.. tokens.Select((token, index) =>
        token.Replace(suffix, index == tokens.Count - 1 ? "" : " ", StringComparison.Ordinal))];
}
