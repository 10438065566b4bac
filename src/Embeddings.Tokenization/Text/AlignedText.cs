using System.Text;

namespace Embeddings.Tokenization.Text;

/// <summary>
/// A text that is rewritten step by step, with the part of the source that each of its code units comes from.
/// A step reads the text from front to back and writes the next one: <see cref="Begin"/>, then any of the other
/// methods, then <see cref="End"/>. Without alignment only the characters are kept, which is faster. Used again for the
/// next text; not thread-safe.
/// </summary>
internal sealed class AlignedText
{
    private char[] _text = new char[256];
    private char[] _next = new char[256];
    private TextRange[] _ranges = [];
    private TextRange[] _nextRanges = [];
    private int _origin;
    private int _read;
    private int _written;

    /// <summary>The text as the last step left it. Not changed by a step before its end.</summary>
    public ReadOnlySpan<char> Chars => _text.AsSpan(0, Length);

    /// <summary>Code units of the text.</summary>
    public int Length { get; private set; }

    /// <summary>Whether each code unit has its part of the source.</summary>
    public bool IsAligned { get; private set; }

    /// <summary>Code units that the step under way has written.</summary>
    public int Written => _written;

    /// <summary>Code units that the buffers hold.</summary>
    public int Capacity => Math.Max(_text.Length, _next.Length);

    /// <summary>Begins with a text. Lone surrogates become U+FFFD.</summary>
    /// <param name="source">The text.</param>
    /// <param name="origin">Where it begins in the whole source.</param>
    /// <param name="isAligned">Whether to keep which part of the source each code unit comes from.</param>
    public void Set(ReadOnlySpan<char> source, int origin, bool isAligned)
    {
        (Length, _origin, IsAligned) = (source.Length, origin, isAligned);
        Grow(ref _text, 0, source.Length);
        source.CopyTo(_text);
        var hasSurrogates = source.ContainsAnyInRange('\uD800', '\uDFFF');
        if (hasSurrogates)
        {
            ReplaceLoneSurrogates();
        }

        if (isAligned)
        {
            Grow(ref _ranges, 0, source.Length);
            for (var i = 0; i < source.Length; i++)
            {
                _ranges[i] = new TextRange(origin + i, origin + i + 1);
                if (hasSurrogates && char.IsLowSurrogate(_text[i]))
                {
                    _ranges[i - 1] = _ranges[i] = new TextRange(origin + i - 1, origin + i + 1);
                }
            }
        }
    }

    /// <summary>The part of the source that a part of the text comes from.</summary>
    public TextRange SourceOf(int start, int end) =>
        start < end ? new TextRange(_ranges[start].Start, _ranges[end - 1].End) : new TextRange(_origin, _origin);

    /// <summary>Begins a step.</summary>
    public void Begin() => (_read, _written) = (0, 0);

    /// <summary>Keeps the next code units as they are.</summary>
    public void Copy(int units)
    {
        Grow(ref _next, _written, units);
        _text.AsSpan(_read, units).CopyTo(_next.AsSpan(_written));
        if (IsAligned)
        {
            Grow(ref _nextRanges, _written, units);
            _ranges.AsSpan(_read, units).CopyTo(_nextRanges.AsSpan(_written));
        }

        _read += units;
        _written += units;
    }

    /// <summary>
    /// Writes each UTF-8 byte of the next code units as a character of the <see cref="ByteAlphabet"/>. All bytes of a
    /// character come from where the character comes from.
    /// </summary>
    public void CopyAsBytes(int units)
    {
        Span<byte> bytes = stackalloc byte[4];
        for (var end = _read + units; _read < end;)
        {
            if (_text[_read] < 0x80)
            {
                Write(ByteAlphabet.Of((byte)_text[_read]), _read);
                _read++;
                continue;
            }

            Rune.DecodeFromUtf16(_text.AsSpan(_read, end - _read), out var rune, out var length);
            foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
            {
                Write(ByteAlphabet.Of(value), _read);
            }

            _read += length;
        }
    }

    /// <summary>Leaves the next code units out.</summary>
    public void Drop(int units) => _read += units;

    /// <summary>
    /// Puts a character in the place of the next ones. It comes from where the first of them comes from.
    /// </summary>
    /// <param name="codePoint">The new character.</param>
    /// <param name="count">How many code points it replaces, at least one.</param>
    public void Replace(int codePoint, int count)
    {
        Write(codePoint, _read);
        for (; count > 0 && _read < Length; count--)
        {
            _read += char.IsHighSurrogate(_text[_read]) ? 2 : 1;
        }
    }

    /// <summary>Puts a character in; it comes from where the one before it in the old text comes from.</summary>
    public void Insert(int codePoint) => Write(codePoint, _read - 1);

    /// <summary>Puts a text in; it comes from where the next character of the old text comes from.</summary>
    public void InsertBefore(ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            Write(rune.Value, _read);
        }
    }

    /// <summary>Ends a step. What was not read is left out.</summary>
    public void End()
    {
        (_text, _next) = (_next, _text);
        (_ranges, _nextRanges) = (_nextRanges, _ranges);
        Length = _written;
    }

    private void Write(int codePoint, int source)
    {
        Grow(ref _next, _written, 2);
        var units = 1;
        if (codePoint < 0x10000)
        {
            _next[_written] = (char)codePoint;
        }
        else
        {
            units = new Rune(codePoint).EncodeToUtf16(_next.AsSpan(_written));
        }

        if (IsAligned)
        {
            Grow(ref _nextRanges, _written, 2);
            var range = (uint)source < (uint)Length ? _ranges[source] : new TextRange(_origin, _origin);
            _nextRanges[_written] = range;
            _nextRanges[_written + units - 1] = range;
        }

        _written += units;
    }

    private void ReplaceLoneSurrogates()
    {
        for (var i = 0; i < Length; i++)
        {
            if (char.IsHighSurrogate(_text[i]) && i + 1 < Length && char.IsLowSurrogate(_text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(_text[i]))
            {
                _text[i] = '\uFFFD';
            }
        }
    }

    private static void Grow<T>(ref T[] array, int used, int more)
    {
        if (used + more > array.Length)
        {
            Array.Resize(ref array, Math.Max(2 * array.Length, used + more));
        }
    }
}
