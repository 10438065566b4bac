using System.Runtime.InteropServices;
using System.Text;
using Embeddings.Tokenization.Text;
using Embeddings.Tokenization.Unicode;
using static Embeddings.Tokenization.Unicode.CharacterTables;

namespace Embeddings.Tokenization.Normalizers;

/// <summary>
/// <c>NFC</c>, <c>NFD</c>, <c>NFKC</c> and <c>NFKD</c>: Unicode's normalization forms (UAX #15), by our own tables.
/// </summary>
/// <param name="isComposed">Whether what was decomposed is composed again: the forms C and KC.</param>
/// <param name="isCompatible">Whether what only looks alike becomes the same: the forms KC and KD.</param>
internal sealed class UnicodeFormNormalizer(bool isComposed, bool isCompatible) : INormalizer
{
    // No form changes a character up to this one.
    private const char LastUnchanging = '\u009F';

    private readonly Classes _changing = (isComposed, isCompatible) switch
    {
        (true, false) => Classes.ChangesInFormC,
        (true, true) => Classes.ChangesInFormKC,
        (false, false) => Classes.ChangesInFormD,
        (false, true) => Classes.ChangesInFormKD,
    };

    /// <inheritdoc/>
    public void Normalize(AlignedText text)
    {
        var chars = text.Chars;
        if (NextChanging(chars, 0) == chars.Length)
        {
            return;
        }

        var characters = new List<Character>();
        text.Begin();
        for (var position = 0; position < chars.Length;)
        {
            var first = NextChanging(chars, position);
            var start = isComposed && first < chars.Length ? Before(chars, position, first) : first;
            text.Copy(start - position);
            position = EndOfChanging(chars, first);
            if (position > start)
            {
                characters.Clear();
                Decompose(chars[start..position], characters);
                Write(characters, text);
            }
        }

        text.End();
    }

    private int NextChanging(ReadOnlySpan<char> chars, int start)
    {
        for (var i = start; i < chars.Length;)
        {
            if (chars[i] <= LastUnchanging)
            {
                var offset = chars[i..].IndexOfAnyExceptInRange('\0', LastUnchanging);
                if (offset < 0)
                {
                    return chars.Length;
                }

                i += offset;
            }

            Rune.DecodeFromUtf16(chars[i..], out var rune, out var units);
            if (Is(rune.Value, _changing))
            {
                return i;
            }

            i += units;
        }

        return chars.Length;
    }

    private int EndOfChanging(ReadOnlySpan<char> chars, int start)
    {
        var end = start;
        while (end < chars.Length)
        {
            Rune.DecodeFromUtf16(chars[end..], out var rune, out var units);
            if (!Is(rune.Value, _changing))
            {
                break;
            }

            end += units;
        }

        return end;
    }

    // A character that may join the one before it is worked on together with that one.
    private static int Before(ReadOnlySpan<char> chars, int least, int position) =>
        position == least ? position
        : position - least >= 2 && char.IsLowSurrogate(chars[position - 1]) ? position - 2
        : position - 1;

    private void Decompose(ReadOnlySpan<char> chars, List<Character> characters)
    {
        Span<int> buffer = stackalloc int[3];
        var marks = 0;
        foreach (var rune in chars.EnumerateRunes())
        {
            var change = 0;
            foreach (var part in CharacterTables.Decompose(rune.Value, isCompatible, buffer))
            {
                var combiningClass = CombiningClass(part);
                if (combiningClass == 0)
                {
                    Order(characters, marks);
                    marks = characters.Count + 1;
                }

                characters.Add(new Character(part, combiningClass, change));
                change = 1;
            }
        }

        Order(characters, marks);
        if (isComposed)
        {
            Compose(characters);
        }
    }

    // Canonical order: marks between two starters by combining class, equal ones as they were.
    private static void Order(List<Character> characters, int start)
    {
        var marks = CollectionsMarshal.AsSpan(characters)[Math.Min(start, characters.Count)..];
        for (var i = 1; i < marks.Length; i++)
        {
            if (marks[i].CombiningClass < marks[i - 1].CombiningClass)
            {
                marks.ToArray().OrderBy(mark => mark.CombiningClass).ToArray().CopyTo(marks);
                return;
            }
        }
    }

    private static void Compose(List<Character> characters)
    {
        var (starter, lastClass, kept) = (-1, -1, 0);
        foreach (var next in characters.ToArray())
        {
            if (starter >= 0 && lastClass < next.CombiningClass
                && CharacterTables.Compose(characters[starter].CodePoint, next.CodePoint) is >= 0 and var composed)
            {
                characters[starter] = new Character(composed, 0, characters[starter].Change + next.Change - 1);
                continue;
            }

            (starter, lastClass) = next.CombiningClass == 0 ? (kept, -1) : (starter, next.CombiningClass);
            characters[kept++] = next;
        }

        CollectionsMarshal.SetCount(characters, kept);
    }

    private static void Write(List<Character> characters, AlignedText text)
    {
        foreach (var character in characters)
        {
            if (character.Change > 0)
            {
                text.Insert(character.CodePoint);
            }
            else
            {
                text.Replace(character.CodePoint, 1 - character.Change);
            }
        }
    }

    /// <param name="CodePoint">The character.</param>
    /// <param name="CombiningClass">Its canonical combining class.</param>
    /// <param name="Change">
    /// 1 if it is one more than there were, 0 if it stands for one, -n if it stands for n + 1. Upstream counts so, and
    /// offsets depend on it where marks change places.
    /// </param>
    private readonly record struct Character(int CodePoint, byte CombiningClass, int Change);
}
