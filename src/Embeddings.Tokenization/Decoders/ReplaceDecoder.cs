using System.Text;
using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.Decoders;

/// <summary><c>Replace</c>: puts a content in the place of every match in a token.</summary>
internal sealed class ReplaceDecoder(Pattern pattern, string content) : IDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) => [.. tokens.Select(Replace)];

    private string Replace(string token)
    {
        var text = new StringBuilder();
        var copied = 0;
        foreach (var match in pattern.Matches(token))
        {
            text.Append(token, copied, match.Start - copied).Append(content);
            copied = match.End;
        }

        return text.Append(token, copied, token.Length - copied).ToString();
    }
}
