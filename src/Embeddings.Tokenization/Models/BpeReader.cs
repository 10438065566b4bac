using Embeddings.Tokenization.Reading;

namespace Embeddings.Tokenization.Models;

/// <summary>Reads a BPE model from a file.</summary>
internal static class BpeReader
{
    /// <summary>Reads the model. Dropout, which is meant for training, is left out.</summary>
    public static Bpe Read(JsonPart part)
    {
        var vocabulary = Vocabulary.Read(part["vocab"]);
        var unknown = -1;
        if (part["unk_token"].AsTextOrNull() is { } token && (unknown = vocabulary.IdOf(token)) < 0)
        {
            throw part["vocab"].Wrong($"has no '{token}'");
        }

        var prefix = part["continuing_subword_prefix"].AsTextOrNull() ?? "";
        return new Bpe(vocabulary, new MergeTable(Merges(part["merges"], vocabulary, prefix.Length)))
        {
            Unknown = unknown,
            FusesUnknown = part["fuse_unk"].AsFlag(false),
            BytesOfUnknown = part["byte_fallback"].AsFlag(false) ? vocabulary.ByteTokens() : null,
            KeepsWholeTokens = part["ignore_merges"].AsFlag(false),
            ContinuingPrefix = prefix,
            EndSuffix = part["end_of_word_suffix"].AsTextOrNull() ?? "",
        };
    }

    // A merge is "a b" or ["a", "b"]. Older files begin with a line of the format's version.
    private static List<(int Left, int Right, int Merged)> Merges(
        JsonPart part, Vocabulary vocabulary, int prefixLength)
    {
        var merges = new List<(int Left, int Right, int Merged)>();
        foreach (var item in part.Items())
        {
            string left, right;
            if (item.IsText)
            {
                var text = item.AsText();
                if (text.StartsWith("#version", StringComparison.Ordinal))
                {
                    continue;
                }

                var space = text.IndexOf(' ', StringComparison.Ordinal);
                if (space < 0 || text.IndexOf(' ', space + 1) >= 0)
                {
                    throw item.Wrong("is not two tokens");
                }

                (left, right) = (text[..space], text[(space + 1)..]);
            }
            else
            {
                var tokens = item.Items().Select(token => token.AsText()).ToArray();
                (left, right) = tokens is [var first, var second]
                    ? (first, second)
                    : throw item.Wrong("is not two tokens");
            }

            merges.Add((Id(left), Id(right), Id(left + right[Math.Min(prefixLength, right.Length)..])));

            int Id(string token) => vocabulary.IdOf(token) is >= 0 and var id
                ? id
                : throw item.Wrong($"needs the token '{token}', which is not in the vocabulary");
        }

        return merges;
    }
}
