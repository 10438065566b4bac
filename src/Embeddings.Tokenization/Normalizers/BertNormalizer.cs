using System.Text;
using Embeddings.Tokenization.Reading;
using Embeddings.Tokenization.Text;
using static Embeddings.Tokenization.Unicode.CharacterTables;

namespace Embeddings.Tokenization.Normalizers;

/// <summary>
/// <c>BertNormalizer</c>: control characters go, white space becomes a space, ideographs stand alone, accents are
/// stripped (by canonical decomposition), letters are lowered.
/// </summary>
/// <param name="cleansText">Drop controls and make every white space a space.</param>
/// <param name="isolatesIdeographs">Put spaces around CJK ideographs.</param>
/// <param name="stripsAccents">Decompose and drop nonspacing marks.</param>
/// <param name="lowersCase">Lower each character by itself.</param>
internal sealed class BertNormalizer(bool cleansText, bool isolatesIdeographs, bool stripsAccents, bool lowersCase)
    : INormalizer
{
    private readonly Cleaner _cleaner = new();
    private readonly UnicodeFormNormalizer _decomposer = new(isComposed: false, isCompatible: false);
    private readonly MarkDropper _markDropper = new();
    private readonly LowercaseNormalizer _lowercase = new();

    /// <summary>
    /// Reads the settings. Accents are stripped where letters are lowered, unless the file says otherwise.
    /// </summary>
    public static BertNormalizer Read(JsonPart part)
    {
        var lowersCase = part["lowercase"].AsFlag(true);
        return new BertNormalizer(
            part["clean_text"].AsFlag(true),
            part["handle_chinese_chars"].AsFlag(true),
            part["strip_accents"].AsFlag(lowersCase),
            lowersCase);
    }

    /// <inheritdoc/>
    public void Normalize(AlignedText text)
    {
        if (cleansText)
        {
            _cleaner.Normalize(text);
        }

        if (isolatesIdeographs)
        {
            IsolateIdeographs(text);
        }

        if (stripsAccents)
        {
            _decomposer.Normalize(text);
            if (!Ascii.IsValid(text.Chars))
            {
                _markDropper.Normalize(text);
            }
        }

        if (lowersCase)
        {
            _lowercase.Normalize(text);
        }
    }

    private static void IsolateIdeographs(AlignedText text)
    {
        var chars = text.Chars;
        var copied = -1;
        for (var i = 0; i < chars.Length;)
        {
            if (chars[i] < 0x3400)
            {
                i++;
                continue;
            }

            Rune.DecodeFromUtf16(chars[i..], out var rune, out var units);
            if (IsIdeograph(rune.Value))
            {
                if (copied < 0)
                {
                    text.Begin();
                    copied = 0;
                }

                text.Copy(i - copied);
                text.InsertBefore(" ");
                text.Copy(units);
                text.Insert(' ');
                copied = i + units;
            }

            i += units;
        }

        if (copied >= 0)
        {
            text.Copy(chars.Length - copied);
            text.End();
        }
    }

    // As upstream has them; the fifth block starts at 2B920 there, though Unicode's starts at 2B820.
    private static bool IsIdeograph(int codePoint) => codePoint is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF)
        or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);

    private sealed class Cleaner : CharacterNormalizer
    {
        // Tab, line feed and carriage return are controls by category but spaces here.
        protected override int Map(int codePoint) => Of(codePoint) switch
        {
            var classes when (classes & (Classes.Control | Classes.Whitespace)) == 0 => codePoint,
            _ when codePoint is '\t' or '\n' or '\r' => ' ',
            var classes => (classes & Classes.Control) != 0 ? Dropped : ' ',
        };
    }

    private sealed class MarkDropper : CharacterNormalizer
    {
        protected override int Map(int codePoint) => Is(codePoint, Classes.NonspacingMark) ? Dropped : codePoint;
    }
}
