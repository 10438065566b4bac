using System.Collections.Frozen;
using System.Globalization;

namespace Embeddings.Inference.Tokenization;

/// <summary>
/// The character tables of Hugging Face's BERT tokenizer, read once from <c>bert-unicode.txt</c>. They are data of our
/// own and not the runtime's: a model was trained on the ids these tables give, and a runtime update or a missing ICU
/// must not change one of them.
/// </summary>
internal static class BertUnicode
{
    private static readonly Classes[] ClassOf = new Classes[0x110000];
    private static readonly FrozenDictionary<int, byte> CombiningClasses;
    private static readonly FrozenDictionary<int, int[]> Decompositions;
    private static readonly FrozenDictionary<int, int[]> LowerCases;

    [Flags]
    internal enum Classes : byte
    {
        None = 0,
        Control = 1,
        Whitespace = 2,
        Punctuation = 4,
        NonspacingMark = 8,
        Ideograph = 16,
        Combining = 32,
        Decomposes = 64,
        HasLowerCase = 128,
    }

    // Hangul syllables decompose by arithmetic (Unicode standard, section 3.12).
    private const int HangulFirst = 0xAC00;
    private const int HangulLast = 0xD7A3;

#pragma warning disable CA1810 // Six tables come from one pass over one file; initialisers would read it six times.
    static BertUnicode()
#pragma warning restore CA1810
    {
        var combining = new Dictionary<int, byte>();
        var decompositions = new Dictionary<int, int[]>();
        var lowerCases = new Dictionary<int, int[]>();
        var section = "";
        using var reader = new StreamReader(typeof(BertUnicode).Assembly.GetManifestResourceStream("bert-unicode.txt")!);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                continue;
            }

            if (line.StartsWith('@'))
            {
                section = line[2..];
                continue;
            }

            var fields = line.Split(' ');
            var range = fields[0].Split("..");
            var (first, last) = (Hex(range[0]), Hex(range[^1]));
            switch (section)
            {
                case "control": Mark(first, last, Classes.Control); break;
                case "whitespace": Mark(first, last, Classes.Whitespace); break;
                case "punctuation": Mark(first, last, Classes.Punctuation); break;
                case "nonspacing mark": Mark(first, last, Classes.NonspacingMark); break;
                case "canonical combining class":
                    Mark(first, last, Classes.Combining);
                    for (var c = first; c <= last; c++)
                    {
                        combining[c] = byte.Parse(fields[1], CultureInfo.InvariantCulture);
                    }

                    break;
                case "canonical decomposition, full":
                    Mark(first, last, Classes.Decomposes);
                    decompositions[first] = [.. fields.Skip(1).Select(Hex)];
                    break;
                case "lower case":
                    Mark(first, last, Classes.HasLowerCase);
                    lowerCases[first] = [.. fields.Skip(1).Select(Hex)];
                    break;
                default: throw new InvalidDataException($"bert-unicode.txt has an unknown section '{section}'.");
            }
        }

        // The upstream cleaner also drops NUL and the replacement character.
        Mark(0, 0, Classes.Control);
        Mark(0xFFFD, 0xFFFD, Classes.Control);

        // Tab, line feed and carriage return are controls by category but spaces to BERT.
        ClassOf['\t'] = ClassOf['\n'] = ClassOf['\r'] = Classes.Whitespace;

        Mark(HangulFirst, HangulLast, Classes.Decomposes);
        foreach (var (first, last) in Ideographs)
        {
            Mark(first, last, Classes.Ideograph);
        }

        CombiningClasses = combining.ToFrozenDictionary();
        Decompositions = decompositions.ToFrozenDictionary();
        LowerCases = lowerCases.ToFrozenDictionary();
    }

    // As the upstream tokenizer has them; the fifth block starts at 2B920 there, though Unicode's starts at 2B820.
    private static (int First, int Last)[] Ideographs =>
    [
        (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B81F), (0x2B920, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
    ];

    internal static Classes Of(int codePoint) => ClassOf[codePoint];

    internal static bool Is(int codePoint, Classes classes) => (ClassOf[codePoint] & classes) != 0;

    internal static byte CombiningClass(int codePoint) =>
        Is(codePoint, Classes.Combining) ? CombiningClasses[codePoint] : (byte)0;

    /// <summary>
    /// Lower case of one code point, without regard to its neighbours: one code point, or two for U+0130.
    /// </summary>
    internal static ReadOnlySpan<int> LowerCase(int codePoint) => LowerCases[codePoint];

    /// <summary>
    /// The full canonical decomposition of a code point that has one; <paramref name="buffer"/> holds at least 3.
    /// </summary>
    internal static ReadOnlySpan<int> Decompose(int codePoint, Span<int> buffer)
    {
        if (codePoint is < HangulFirst or > HangulLast)
        {
            return Decompositions[codePoint];
        }

        var index = codePoint - HangulFirst;
        buffer[0] = 0x1100 + (index / 588);
        buffer[1] = 0x1161 + (index % 588 / 28);
        buffer[2] = 0x11A7 + (index % 28);
        return buffer[..(index % 28 == 0 ? 2 : 3)];
    }

    private static int Hex(string text) =>
        int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static void Mark(int first, int last, Classes classes)
    {
        for (var c = first; c <= last; c++)
        {
            ClassOf[c] |= classes;
        }
    }
}
