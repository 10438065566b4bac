using System.Globalization;
using System.Text;

namespace Embeddings.Tokenization.Tests.Reference;

/// <summary>Texts of everything that a tokenizer may meet, from one seed.</summary>
internal static class RandomTexts
{
    private static readonly string[] Alphabets =
    [
        "abcdefgABC", "   ", "\t\n\r\u00A0\u3000\u2028", ".,!?'\"-_#$+`~", "0123456789½²Ⅷ٣", "éÀñßÇİıſ", "e\u0301\u0323\u0315\u0903\u20DD",
        "ΑΣσςя", "東京北中日本", "りんごカー", "한국어각", "\u1100\u1161\u11A8", "العربية", "हिन्दी", "ภาษา", "\u0000\u0001\u007F\u00AD\u200B\u200D\uFEFF\uFFFD",
        "▁▁", "ﬁﬀＡ①㎏", "😀👩👦🏽", "𐌰𝟘𝕏𠀀", "\u0958\u2126\u212B\uFB1D\u0344",
    ];

    /// <summary>Makes texts.</summary>
    public static List<string> Make(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => Make(random))];

    private static string Make(Random random)
    {
        var text = new StringBuilder();
        for (var words = random.Next(1, 8); words > 0; words--)
        {
            var alphabet = Elements(Alphabets[random.Next(Alphabets.Length)]);
            for (var length = random.Next(1, 6); length > 0; length--)
            {
                text.Append(alphabet[random.Next(alphabet.Length)]);
            }

            if (random.Next(2) == 0)
            {
                text.Append(' ');
            }

            if (random.Next(8) == 0)
            {
                // Any assigned character at all, which the runtime and upstream know alike.
                var rune = new Rune(random.Next(0x20, 0xD800));
                text.Append(Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherNotAssigned ? "x" : rune.ToString());
            }
        }

        return text.ToString();
    }

    private static string[] Elements(string alphabet) => [.. alphabet.EnumerateRunes().Select(rune => rune.ToString())];
}
