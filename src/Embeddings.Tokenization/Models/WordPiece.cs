using Embeddings.Tokenization.Reading;
using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.Models;

/// <summary>
/// <c>WordPiece</c>: the longest token that a piece begins with, then the longest that its rest begins with, and so on.
/// A piece whose rest has none, or that is too long, is unknown as a whole.
/// </summary>
internal sealed class WordPiece : IModel
{
    private readonly Trie _first = new();
    private readonly Trie _continuing = new();
    private readonly int _unknown;
    private readonly int _maxLength;

    private WordPiece(Vocabulary vocabulary, int unknown, string continuingPrefix, int maxLength)
    {
        (Vocabulary, _unknown, _maxLength) = (vocabulary, unknown, maxLength);
        foreach (var (token, id) in vocabulary.All)
        {
            if (token.Length > 0)
            {
                _first.Add(token, id);
            }

            if (token.Length > continuingPrefix.Length && token.StartsWith(continuingPrefix, StringComparison.Ordinal))
            {
                _continuing.Add(token.AsSpan(continuingPrefix.Length), id);
            }
        }
    }

    /// <inheritdoc/>
    public Vocabulary Vocabulary { get; }

    /// <summary>Reads the model.</summary>
    public static WordPiece Read(JsonPart part)
    {
        var vocabulary = Vocabulary.Read(part["vocab"]);
        var unknown = part["unk_token"].AsTextOrNull() ?? "[UNK]";
        return vocabulary.IdOf(unknown) is >= 0 and var id
            ? new WordPiece(
                vocabulary,
                id,
                part["continuing_subword_prefix"].AsTextOrNull() ?? "##",
                part["max_input_chars_per_word"].AsCount(100))
            : throw part["vocab"].Wrong($"has no '{unknown}'");
    }

    /// <inheritdoc/>
    public void Tokenize(ReadOnlySpan<char> piece, int offset, TokenBuffer tokens)
    {
        var before = tokens.Count;
        if (!IsTooLong(piece))
        {
            for (var start = 0; start < piece.Length;)
            {
                var id = (start == 0 ? _first : _continuing).Longest(piece[start..], out var length);
                if (id < 0)
                {
                    break;
                }

                tokens.Add(id, offset + start, offset + start + length);
                start += length;
                if (start == piece.Length)
                {
                    return;
                }
            }
        }

        tokens.Shorten(before);
        tokens.Add(_unknown, offset, offset + piece.Length);
    }

    // The limit counts code points.
    private bool IsTooLong(ReadOnlySpan<char> piece)
    {
        if (piece.Length <= _maxLength)
        {
            return false;
        }

        var count = piece.Length;
        foreach (var unit in piece)
        {
            count -= char.IsLowSurrogate(unit) ? 1 : 0;
        }

        return count > _maxLength;
    }
}
