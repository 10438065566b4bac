namespace Embeddings.Tokenization.Decoders;

/// <summary>
/// <c>WordPiece</c>: puts a space before each token but the first and those that continue a word.
/// </summary>
/// <param name="prefix">What tokens that continue a word begin with.</param>
/// <param name="cleansUp">Whether spaces before punctuation and in English contractions go.</param>
internal sealed class WordPieceDecoder(string prefix, bool cleansUp) : IDecoder
{
    private static readonly (string Old, string New)[] Replacements =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    /// <summary>Takes spaces out that stand before punctuation and in English contractions.</summary>
    public static string CleanUp(string token) =>
        Replacements.Aggregate(token, (text, pair) => text.Replace(pair.Old, pair.New, StringComparison.Ordinal));

    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) => [.. tokens.Select((token, index) =>
    {
        var text = index == 0 ? token
            : token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..]
            : $" {token}";
        return cleansUp ? CleanUp(text) : text;
    })];
}
