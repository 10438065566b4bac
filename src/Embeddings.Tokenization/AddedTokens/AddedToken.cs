using Embeddings.Tokenization.Models;
using Embeddings.Tokenization.Reading;

namespace Embeddings.Tokenization.AddedTokens;

/// <summary>
/// A token that is found in the text as it stands, before the model: <c>[SEP]</c>, <c>[MASK]</c>, or one added in
/// training.
/// </summary>
/// <param name="Content">The exact text.</param>
/// <param name="Id">The model's id.</param>
/// <param name="IsSingleWord">Only where no word character touches it.</param>
/// <param name="StripsLeft">Takes the white space before it along.</param>
/// <param name="StripsRight">Takes the white space after it along.</param>
/// <param name="IsNormalized">Looked for after normalization rather than before.</param>
/// <param name="IsSpecial">Left out where a caller decodes without special tokens.</param>
internal sealed record AddedToken(
    string Content,
    int Id,
    bool IsSingleWord,
    bool StripsLeft,
    bool StripsRight,
    bool IsNormalized,
    bool IsSpecial)
{
    /// <summary>
    /// Reads the added tokens of a file. A token that the vocabulary has too keeps the vocabulary's id. The others are
    /// numbered from the size of the vocabulary on, whatever ids the file lists: upstream does so, with a warning, and
    /// models were trained on its ids. Of several with one id the last counts.
    /// </summary>
    public static IReadOnlyList<AddedToken> Read(JsonPart part, Vocabulary vocabulary)
    {
        var tokens = new Dictionary<int, AddedToken>();
        if (part.IsMissing)
        {
            return [];
        }

        var next = vocabulary.Count;
        foreach (var item in part.Items())
        {
            _ = Vocabulary.Checked(item["id"]);
            var content = item["content"].AsText();
            if (content.Length == 0)
            {
                continue;
            }

            var id = vocabulary.IdOf(content) is >= 0 and var known ? known : next++;
            tokens[id] = new AddedToken(
                content,
                id,
                item["single_word"].AsFlag(false),
                item["lstrip"].AsFlag(false),
                item["rstrip"].AsFlag(false),
                item["normalized"].AsFlag(false),
                item["special"].AsFlag(false));
        }

        return [.. tokens.Values];
    }
}
