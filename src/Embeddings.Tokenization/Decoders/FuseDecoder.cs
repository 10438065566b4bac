namespace Embeddings.Tokenization.Decoders;

/// <summary><c>Fuse</c>: joins all tokens into one.</summary>
internal sealed class FuseDecoder : IDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) => [string.Concat(tokens)];
}
