namespace Embeddings.Tokenization.Decoders;

/// <summary><c>CTC</c>: joins equal neighbours, and drops the token that parts them.</summary>
/// <param name="padding">The token that parts equal neighbours.</param>
/// <param name="delimiter">The token that parts words.</param>
/// <param name="cleansUp">Whether words are parted by spaces, without those before punctuation.</param>
internal sealed class CtcDecoder(string padding, string delimiter, bool cleansUp) : IDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) =>
    [
        .. tokens.Where((token, index) => index == 0 || token != tokens[index - 1])
            .Select(token => token.Replace(padding, "", StringComparison.Ordinal))
            .Select(token => cleansUp ? WithSpaces(WordPieceDecoder.CleanUp(token)) : token)
            .Where(token => token.Length > 0),
    ];

    private string WithSpaces(string token) => token.Replace(delimiter, " ", StringComparison.Ordinal);
}
