using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Embeddings.Tokenization.Reading;
using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.Normalizers;

/// <summary>
/// <c>Precompiled</c>: SentencePiece's table of replacements, as Hugging Face's library reads it. A grapheme of fewer
/// than 6 bytes is replaced by what the table has for its shortest known beginning, so marks behind that vanish; of
/// other graphemes each character is looked up alone.
/// </summary>
internal sealed class PrecompiledNormalizer : INormalizer
{
    private const int LongestGrapheme = 5;

    // A double-array trie over UTF-8 bytes (Darts-clone), whose values are where in the texts a replacement begins.
    private readonly uint[] _trie;
    private readonly string?[] _replacements;
    private readonly bool[] _isPlain = new bool[0x80];

    private PrecompiledNormalizer(uint[] trie, string?[] replacements)
    {
        (_trie, _replacements) = (trie, replacements);
        for (var c = 0; c < _isPlain.Length; c++)
        {
            _isPlain[c] = c != '\r' && Find([(byte)c]) is null;
        }
    }

    /// <summary>Reads the table from its Base64.</summary>
    public static INormalizer Read(JsonPart part)
    {
        var bytes = part.IsMissing ? [] : Convert.FromBase64String(part.AsText());
        if (bytes.Length == 0)
        {
            return new SequenceNormalizer([]);
        }

        // The trie's length in bytes, the trie, then the texts, each with a NUL behind it.
        var length = bytes.Length < 4 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length < 4 || length % 4 != 0 || length > bytes.Length - 4)
        {
            throw part.Wrong("is not a table of SentencePiece");
        }

        var trie = new uint[length / 4];
        for (var i = 0; i < trie.Length; i++)
        {
            trie[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4 + (4 * i)));
        }

        var texts = bytes.AsSpan(4 + length);
        var replacements = new string?[texts.Length];
        for (var start = 0; start < texts.Length;)
        {
            var end = texts[start..].IndexOf((byte)0) is >= 0 and var offset ? start + offset : texts.Length;
            // A replacement may be the end of another one.
            for (var i = start; i < end; i++)
            {
                replacements[i] = (texts[i] & 0xC0) == 0x80 ? null : Encoding.UTF8.GetString(texts[i..end]);
            }

            if (end < texts.Length)
            {
                replacements[end] = "";
            }

            start = end + 1;
        }

        return new PrecompiledNormalizer(trie, replacements);
    }

    /// <inheritdoc/>
    public void Normalize(AlignedText text)
    {
        var chars = text.Chars;
        var step = new Step(text);
        Span<byte> bytes = stackalloc byte[LongestGrapheme + 3];
        for (var i = 0; i < chars.Length;)
        {
            if (IsPlain(chars, i))
            {
                var end = i + 1;
                while (end < chars.Length && IsPlain(chars, end))
                {
                    end++;
                }

                step.Keep(chars[i..end]);
                i = end;
                continue;
            }

            var grapheme = chars.Slice(i, StringInfo.GetNextTextElementLength(chars[i..]));
            i += grapheme.Length;
            if (Encoding.UTF8.GetByteCount(grapheme) <= LongestGrapheme
                && Find(bytes[..Encoding.UTF8.GetBytes(grapheme, bytes)]) is { } whole)
            {
                step.Replace(grapheme, whole);
                continue;
            }

            for (var k = 0; k < grapheme.Length;)
            {
                Rune.DecodeFromUtf16(grapheme[k..], out var rune, out var units);
                if (Find(bytes[..rune.EncodeToUtf8(bytes)]) is { } part)
                {
                    step.Replace(grapheme.Slice(k, units), part);
                }
                else
                {
                    step.Keep(grapheme.Slice(k, units));
                }

                k += units;
            }
        }

        step.End();
    }

    // Whether the table keeps a character that is a grapheme by itself.
    private bool IsPlain(ReadOnlySpan<char> chars, int at) =>
        chars[at] < 0x80 && _isPlain[chars[at]] && (at + 1 == chars.Length || chars[at + 1] < 0x80);

    // The replacement of the shortest beginning that has one.
    private string? Find(ReadOnlySpan<byte> key)
    {
        var node = (int)Offset(_trie[0]);
        foreach (var label in key)
        {
            if (label == 0)
            {
                return null;
            }

            node ^= label;
            if ((uint)node >= (uint)_trie.Length)
            {
                return null;
            }

            var unit = _trie[node];
            if ((unit & ((1u << 31) | 0xFF)) != label)
            {
                return null;
            }

            node ^= (int)Offset(unit);
            if (((unit >> 8) & 1) == 1)
            {
                var value = (int)(_trie[node] & 0x7FFFFFFF);
                return value < _replacements.Length ? _replacements[value] : null;
            }
        }

        return null;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & (1u << 9)) >> 6);

    /// <summary>
    /// Upstream counts a deleted character as a change of the one before it. Where there is none, all that follows is
    /// aligned one character too early, and so it is here.
    /// </summary>
    private ref struct Step(AlignedText text)
    {
        private int _pending = -1;
        private int _change;
        private bool _isBehind;
        private bool _hasBegun;

        public void Keep(ReadOnlySpan<char> kept)
        {
            Flush();
            if (_isBehind)
            {
                foreach (var rune in kept.EnumerateRunes())
                {
                    Put(rune.Value, 0);
                }

                return;
            }

            Begin();
            var last = kept.Length > 1 && char.IsLowSurrogate(kept[^1]) ? 2 : 1;
            text.Copy(kept.Length - last);
            Rune.DecodeLastFromUtf16(kept, out var lastRune, out _);
            Put(lastRune.Value, 0);
        }

        public void Replace(ReadOnlySpan<char> old, string replacement)
        {
            Begin();
            var difference = Count(replacement) - Count(old);
            var left = Count(replacement);
            foreach (var rune in replacement.EnumerateRunes())
            {
                Put(rune.Value, left <= difference ? 1 : 0);
                left--;
            }

            if (difference < 0)
            {
                _isBehind |= _pending < 0;
                _change += difference;
            }
        }

        public void End()
        {
            if (_hasBegun)
            {
                Flush();
                text.End();
            }
        }

        private void Begin()
        {
            if (!_hasBegun)
            {
                text.Begin();
                _hasBegun = true;
            }
        }

        private void Put(int codePoint, int change)
        {
            Flush();
            (_pending, _change) = (codePoint, change);
        }

        private void Flush()
        {
            if (_pending >= 0 && _change > 0)
            {
                text.Insert(_pending);
            }
            else if (_pending >= 0)
            {
                text.Replace(_pending, 1 - _change);
            }

            (_pending, _change) = (-1, 0);
        }

        private static int Count(ReadOnlySpan<char> chars)
        {
            var count = 0;
            foreach (var _ in chars.EnumerateRunes())
            {
                count++;
            }

            return count;
        }
    }
}
