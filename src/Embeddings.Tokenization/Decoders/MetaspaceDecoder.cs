namespace Embeddings.Tokenization.Decoders;

/// <summary><c>Metaspace</c>: turns visible spaces back into spaces.</summary>
/// <param name="replacement">The visible space.</param>
/// <param name="hasPrefix">Whether those of the first token were put there, and go.</param>
internal sealed class MetaspaceDecoder(string replacement, bool hasPrefix) : IDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) => [.. tokens.Select((token, index) =>
        token.Replace(replacement, index == 0 && hasPrefix ? "" : " ", StringComparison.Ordinal))];
}
