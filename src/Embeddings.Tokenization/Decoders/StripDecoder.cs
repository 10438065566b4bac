namespace Embeddings.Tokenization.Decoders;

/// <summary><c>Strip</c>: takes a character away from the ends of each token.</summary>
/// <param name="character">The character.</param>
/// <param name="start">How many at most at the beginning.</param>
/// <param name="stop">How many at most at the end.</param>
internal sealed class StripDecoder(string character, int start, int stop) : IDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) => [.. tokens.Select(Strip)];

    private string Strip(string token)
    {
        for (var i = 0; i < start && token.StartsWith(character, StringComparison.Ordinal); i++)
        {
            token = token[character.Length..];
        }

        for (var i = 0; i < stop && token.EndsWith(character, StringComparison.Ordinal); i++)
        {
            token = token[..^character.Length];
        }

        return token;
    }
}
