using System.Globalization;
using System.Text;

namespace Embeddings.Analysis.Topics;

/// <summary>
/// Splits texts into words in lower case: runs of letters, digits, underscores and the marks on them. A word has at
/// least two characters. Where a script has no spaces between words (Han, Kana, Thai), every two neighbouring
/// characters are a word.
/// </summary>
internal static class WordSplitter
{
    // Longer runs are no words, but data that somebody has pasted.
    private const int LongestWord = 64;

    /// <summary>A word that was found; the span is valid during the call only.</summary>
    public delegate void Found(ReadOnlySpan<char> word);

    /// <summary>Calls back with each word of a text, in order.</summary>
    public static void Split(string text, Found found)
    {
        Span<char> buffer = stackalloc char[LongestWord + 2];
        // The last character where one without spaces may begin a pair.
        var (length, characters, last) = (0, 0, default(Rune?));
        foreach (var original in text.EnumerateRunes())
        {
            var rune = Rune.ToLowerInvariant(original);
            var isPart = IsPart(rune);
            var isUnspaced = isPart && IsUnspaced(rune);
            if (!isPart || isUnspaced)
            {
                End(buffer[..length], characters, found);
                (length, characters) = (0, 0);
            }

            if (isUnspaced && last is { } first)
            {
                var at = first.EncodeToUtf16(buffer);
                found(buffer[..(at + rune.EncodeToUtf16(buffer[at..]))]);
            }
            else if (isPart && !isUnspaced)
            {
                characters++;
                length += length < LongestWord ? rune.EncodeToUtf16(buffer[length..]) : 0;
            }

            last = isUnspaced ? rune : null;
        }

        End(buffer[..length], characters, found);
    }

    private static void End(ReadOnlySpan<char> word, int characters, Found found)
    {
        if (characters >= 2 && word.Length <= LongestWord)
        {
            found(word);
        }
    }

    private static bool IsPart(Rune rune) =>
        rune.IsAscii ? char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value == '_' : Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark
            or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber
            or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    private static bool IsUnspaced(Rune rune) => rune.Value
        is (>= 0x0E00 and <= 0x0EFF) // Thai, Lao
        or (>= 0x3040 and <= 0x30FF) // Hiragana, Katakana
        or (>= 0x3400 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF); // Han
}
