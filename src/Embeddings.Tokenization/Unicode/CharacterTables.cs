using System.Collections.Frozen;
using System.Globalization;

namespace Embeddings.Tokenization.Unicode;

/// <summary>
/// The character tables of Hugging Face's tokenizers, read once from <c>unicode.txt</c>. They are data of our own and
/// not the runtime's: a model was trained on the ids these tables give, and a runtime update or a missing ICU must not
/// change one of them.
/// </summary>
internal static class CharacterTables
{
    private const int CodePoints = 0x110000;

    // Hangul syllables are composed by arithmetic (Unicode standard, section 3.12).
    private const int HangulFirst = 0xAC00;
    private const int HangulLast = 0xD7A3;
    private const int LeadingFirst = 0x1100;
    private const int LeadingCount = 19;
    private const int VowelFirst = 0x1161;
    private const int VowelCount = 21;
    private const int TrailingBase = 0x11A7;
    private const int TrailingCount = 28;

    private static readonly Classes[] ClassOf = new Classes[CodePoints];
    private static readonly FrozenDictionary<int, byte> CombiningClasses;
    private static readonly FrozenDictionary<int, int[]> Canonical;
    private static readonly FrozenDictionary<int, int[]> Compatible;
    private static readonly FrozenDictionary<int, int[]> LowerCases;
    private static readonly FrozenDictionary<(int First, int Second), int> Compositions;

#pragma warning disable CA1810 // All tables come from one pass over one file; initialisers would read it several times.
    static CharacterTables()
#pragma warning restore CA1810
    {
        var combining = new Dictionary<int, byte>();
        var canonical = new Dictionary<int, int[]>();
        var compatible = new Dictionary<int, int[]>();
        var lowerCases = new Dictionary<int, int[]>();
        var notComposed = new HashSet<int>();
        var section = "";
        using var reader = new StreamReader(typeof(CharacterTables).Assembly.GetManifestResourceStream("unicode.txt")!);
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
                case "mark": Mark(first, last, Classes.Mark); break;
                case "numeric": Mark(first, last, Classes.Numeric); break;
                case "word": Mark(first, last, Classes.Word); break;
                case "canonical combining class":
                    Mark(first, last, Classes.Combining);
                    for (var c = first; c <= last; c++)
                    {
                        combining[c] = byte.Parse(fields[1], CultureInfo.InvariantCulture);
                    }

                    break;
                case "canonical decomposition, full": canonical[first] = [.. fields.Skip(1).Select(Hex)]; break;
                case "compatibility decomposition, full": compatible[first] = [.. fields.Skip(1).Select(Hex)]; break;
                case "not composed": notComposed.UnionWith(Enumerable.Range(first, last - first + 1)); break;
                case "lower case":
                    Mark(first, last, Classes.HasLowerCase);
                    lowerCases[first] = [.. fields.Skip(1).Select(Hex)];
                    break;
                default: throw new InvalidDataException($"unicode.txt has an unknown section '{section}'.");
            }
        }

        // The cleaner of BertNormalizer also drops NUL and the replacement character.
        Mark(0, 0, Classes.Control);
        Mark(0xFFFD, 0xFFFD, Classes.Control);

        CombiningClasses = combining.ToFrozenDictionary();
        Canonical = canonical.ToFrozenDictionary();
        Compatible = compatible.ToFrozenDictionary();
        LowerCases = lowerCases.ToFrozenDictionary();
        Compositions = Compose(canonical, notComposed);
        MarkChanging(notComposed);
    }

    /// <summary>What a character is, as far as a tokenizer asks.</summary>
    [Flags]
    internal enum Classes : ushort
    {
        None = 0,

        /// <summary>Dropped by the cleaner of BertNormalizer, unless it is white space.</summary>
        Control = 1,
        Whitespace = 1 << 1,

        /// <summary>ASCII symbols, and the general category P.</summary>
        Punctuation = 1 << 2,
        NonspacingMark = 1 << 3,
        Mark = 1 << 4,
        Numeric = 1 << 5,

        /// <summary>\w of regular expressions.</summary>
        Word = 1 << 6,

        /// <summary>Its canonical combining class is not 0.</summary>
        Combining = 1 << 7,
        HasLowerCase = 1 << 8,

        /// <summary>Normalization Form C changes it, or may join it with what is before it.</summary>
        ChangesInFormC = 1 << 9,
        ChangesInFormD = 1 << 10,
        ChangesInFormKC = 1 << 11,
        ChangesInFormKD = 1 << 12,
    }

    internal static Classes Of(int codePoint) => ClassOf[codePoint];

    internal static bool Is(int codePoint, Classes classes) => (ClassOf[codePoint] & classes) != 0;

    internal static byte CombiningClass(int codePoint) =>
        Is(codePoint, Classes.Combining) ? CombiningClasses[codePoint] : (byte)0;

    /// <summary>
    /// Lower case of one code point that has one, without regard to its neighbours: one code point, or two for U+0130.
    /// </summary>
    internal static ReadOnlySpan<int> LowerCase(int codePoint) => LowerCases[codePoint];

    /// <summary>The full decomposition of a code point; itself if it has none.</summary>
    /// <param name="codePoint">The code point.</param>
    /// <param name="isCompatible">Whether also what only looks alike is decomposed, as in the forms KC and KD.</param>
    /// <param name="buffer">Room for at least 3.</param>
    internal static ReadOnlySpan<int> Decompose(int codePoint, bool isCompatible, Span<int> buffer)
    {
        if (codePoint is < HangulFirst or > HangulLast)
        {
            if (!Is(codePoint, Classes.ChangesInFormKD))
            {
                buffer[0] = codePoint;
                return buffer[..1];
            }

            if ((isCompatible && Compatible.TryGetValue(codePoint, out var parts))
                || Canonical.TryGetValue(codePoint, out parts))
            {
                return parts;
            }

            buffer[0] = codePoint;
            return buffer[..1];
        }

        var index = codePoint - HangulFirst;
        buffer[0] = LeadingFirst + (index / (VowelCount * TrailingCount));
        buffer[1] = VowelFirst + (index % (VowelCount * TrailingCount) / TrailingCount);
        buffer[2] = TrailingBase + (index % TrailingCount);
        return buffer[..(index % TrailingCount == 0 ? 2 : 3)];
    }

    /// <summary>The character that two make together, or -1.</summary>
    internal static int Compose(int first, int second)
    {
        if (first - LeadingFirst is >= 0 and < LeadingCount && second - VowelFirst is >= 0 and < VowelCount)
        {
            return HangulFirst + ((((first - LeadingFirst) * VowelCount) + second - VowelFirst) * TrailingCount);
        }

        if (first is >= HangulFirst and <= HangulLast && (first - HangulFirst) % TrailingCount == 0
            && second - TrailingBase is > 0 and < TrailingCount)
        {
            return first + second - TrailingBase;
        }

        return Compositions.GetValueOrDefault((first, second), -1);
    }

    // A composite is its full decomposition without the last character, composed, and that last character.
    private static FrozenDictionary<(int First, int Second), int> Compose(
        Dictionary<int, int[]> canonical, HashSet<int> notComposed)
    {
        var composed = canonical.Where(entry => !notComposed.Contains(entry.Key))
            .ToDictionary(entry => string.Join(' ', entry.Value), entry => entry.Key);
        return composed.ToFrozenDictionary(
            entry =>
            {
                var parts = canonical[entry.Value];
                var first = parts.Length == 2 ? parts[0] : composed[string.Join(' ', parts[..^1])];
                return (first, parts[^1]);
            },
            entry => entry.Value);
    }

    private static void MarkChanging(HashSet<int> notComposed)
    {
        const Classes decomposed = Classes.ChangesInFormD | Classes.ChangesInFormKD;
        const Classes composed = Classes.ChangesInFormC | Classes.ChangesInFormKC;
        foreach (var codePoint in Canonical.Keys)
        {
            Mark(codePoint, codePoint, decomposed | (notComposed.Contains(codePoint) ? composed : 0));
        }

        foreach (var codePoint in Compatible.Keys)
        {
            Mark(codePoint, codePoint, Classes.ChangesInFormKD | Classes.ChangesInFormKC);
        }

        foreach (var codePoint in CombiningClasses.Keys)
        {
            Mark(codePoint, codePoint, decomposed | composed);
        }

        foreach (var (_, second) in Compositions.Keys)
        {
            Mark(second, second, composed);
        }

        Mark(HangulFirst, HangulLast, decomposed);
        Mark(VowelFirst, VowelFirst + VowelCount - 1, composed);
        Mark(TrailingBase + 1, TrailingBase + TrailingCount - 1, composed);
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
