using System.Buffers;
using System.Globalization;
using System.Text;

namespace Embeddings.Inference.Tokenization;

/// <summary>
/// Finds added tokens in a text: leftmost first, longest at the same place, as Hugging Face's <c>AddedVocabulary</c>
/// does.
/// </summary>
internal sealed class AddedTokenMatcher
{
    private readonly AddedToken[] _tokens;
    private readonly SearchValues<string> _contents;

    public AddedTokenMatcher(IEnumerable<AddedToken> tokens)
    {
        _tokens = [.. tokens.Where(token => token.Content.Length > 0).OrderByDescending(token => token.Content.Length)];
        _contents = SearchValues.Create([.. _tokens.Select(token => token.Content)], StringComparison.Ordinal);
    }

    /// <summary>Whether there is nothing to find.</summary>
    public bool IsEmpty => _tokens.Length == 0;

    /// <summary>
    /// The first added token at or after <paramref name="start"/>: where it begins and ends, with the white space it
    /// takes along, or <see langword="null"/>. What was already consumed, before <paramref name="start"/>, is never
    /// taken again.
    /// </summary>
    public (int Start, int End, int Id)? Next(ReadOnlySpan<char> text, int start)
    {
        for (var search = start; _tokens.Length > 0 && search < text.Length;)
        {
            var offset = text[search..].IndexOfAny(_contents);
            if (offset < 0)
            {
                return null;
            }

            var at = search + offset;
            var token = LongestAt(text[at..]);
            var end = at + token.Content.Length;
            if (token.SingleWord && (EndsWithWord(text[..at]) || StartsWithWord(text[end..])))
            {
                search = end;
                continue;
            }

            if (token.StripLeft)
            {
                while (at > start && char.IsWhiteSpace(text[at - 1]))
                {
                    at--;
                }
            }

            if (token.StripRight)
            {
                while (end < text.Length && char.IsWhiteSpace(text[end]))
                {
                    end++;
                }
            }

            return (at, end, token.Id);
        }

        return null;
    }

    private AddedToken LongestAt(ReadOnlySpan<char> text)
    {
        foreach (var token in _tokens)
        {
            if (text.StartsWith(token.Content, StringComparison.Ordinal))
            {
                return token;
            }
        }

        throw new InvalidOperationException("IndexOfAny found a token that is not there.");
    }

    private static bool EndsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var rune, out _) == OperationStatus.Done && IsWord(rune);

    private static bool StartsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == OperationStatus.Done && IsWord(rune);

    // \w of UTS #18, which the upstream matcher uses: letters (circled ones too), marks, digits, connectors, letter
    // numbers, joiners.
    private static bool IsWord(Rune rune) => Rune.IsLetter(rune)
        || rune.Value is 0x200C or 0x200D or (>= 0x24B6 and <= 0x24E9)
            or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.EnclosingMark or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation
            or UnicodeCategory.LetterNumber;
}

/// <summary>
/// A token that is found in the text as it stands, before WordPiece: <c>[SEP]</c>, <c>[MASK]</c>, or one added in
/// training.
/// </summary>
/// <param name="Content">The exact text.</param>
/// <param name="Id">The model's id.</param>
/// <param name="SingleWord">Only where no word character touches it.</param>
/// <param name="StripLeft">Takes the white space before it along.</param>
/// <param name="StripRight">Takes the white space after it along.</param>
/// <param name="Normalized">Looked for after normalization rather than before.</param>
internal sealed record AddedToken(
    string Content,
    int Id,
    bool SingleWord = false,
    bool StripLeft = false,
    bool StripRight = false,
    bool Normalized = false);
