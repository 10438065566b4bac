using System.Buffers;
using System.Text;
using Embeddings.Tokenization.Text;
using static Embeddings.Tokenization.Unicode.CharacterTables;

namespace Embeddings.Tokenization.AddedTokens;

/// <summary>Finds added tokens in a text: leftmost first, longest at the same place. Thread-safe.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly Trie _trie = new();
    private readonly Dictionary<int, AddedToken> _tokens = [];
    private readonly SearchValues<string> _contents;

    /// <param name="tokens">The tokens, with the texts that are looked for.</param>
    public AddedTokenMatcher(IEnumerable<AddedToken> tokens)
    {
        foreach (var token in tokens.Where(token => token.Content.Length > 0))
        {
            _trie.Add(token.Content, token.Id);
            _tokens[token.Id] = token;
        }

        _contents = SearchValues.Create([.. _tokens.Values.Select(token => token.Content)], StringComparison.Ordinal);
    }

    /// <summary>Whether there is nothing to find.</summary>
    public bool IsEmpty => _tokens.Count == 0;

    /// <summary>
    /// The first added token at or after <paramref name="start"/>: where it begins and ends, with the white space it
    /// takes along, or <see langword="null"/>. What was already consumed, before <paramref name="start"/>, is never
    /// taken again.
    /// </summary>
    public Piece? Next(ReadOnlySpan<char> text, int start)
    {
        for (var search = start; !IsEmpty && search < text.Length;)
        {
            var offset = text[search..].IndexOfAny(_contents);
            if (offset < 0)
            {
                return null;
            }

            var at = search + offset;
            var token = _tokens[_trie.Longest(text[at..], out var length)];
            var end = at + length;
            if (token.IsSingleWord && (EndsWithWord(text[..at]) || StartsWithWord(text[end..])))
            {
                search = end;
                continue;
            }

            while (token.StripsLeft && at > start && Is(text[at - 1], Classes.Whitespace))
            {
                at--;
            }

            while (token.StripsRight && end < text.Length && Is(text[end], Classes.Whitespace))
            {
                end++;
            }

            return new Piece(at, end, token.Id);
        }

        return null;
    }

    private static bool EndsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var rune, out _) == OperationStatus.Done && Is(rune.Value, Classes.Word);

    private static bool StartsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == OperationStatus.Done && Is(rune.Value, Classes.Word);
}
