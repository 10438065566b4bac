using System.Buffers;
using System.Text;
using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.Models;

/// <summary>
/// <c>BPE</c>: the characters of a piece, of which the pair of neighbours that comes first in the list of merges
/// becomes one, until no pair is in the list. Of equal pairs the leftmost is first.
/// </summary>
internal sealed class Bpe : IModel
{
    private const char Metaspace = '\u2581';

    // Longer pieces are merged with a heap.
    private const int ShortPiece = 64;

    private readonly MergeTable _merges;
    private readonly int[] _idOfCharacter = new int[0x10000];

    // Whether a token is what its own text becomes: for most words the vocabulary saves the merging.
    private readonly Wholeness[] _wholeness;

    // A long text without pre-tokenizer can be cut before a metaspace if no token has one behind another character.
    private readonly bool _isCutAtMetaspaces;

    public Bpe(Vocabulary vocabulary, MergeTable merges)
    {
        (Vocabulary, _merges) = (vocabulary, merges);
        _wholeness = new Wholeness[vocabulary.Size];
        for (var c = 0; c < _idOfCharacter.Length; c++)
        {
            _idOfCharacter[c] = vocabulary.IdOf([(char)c]);
        }

        _isCutAtMetaspaces = vocabulary.IdOf([Metaspace]) >= 0
            && !vocabulary.All.Any(token => token.Key.AsSpan().TrimStart(Metaspace).Contains(Metaspace));
    }

    private enum Wholeness : byte
    {
        NotTried,
        Whole,
        InParts,
    }

    /// <inheritdoc/>
    public Vocabulary Vocabulary { get; }

    /// <summary>The token of characters that have none; -1 if they are left out.</summary>
    public int Unknown { get; init; } = -1;

    /// <summary>Whether neighbours that are unknown become one token.</summary>
    public bool FusesUnknown { get; init; }

    /// <summary>The tokens of the 256 bytes, which stand for characters without a token; null if they do not.</summary>
    public int[]? BytesOfUnknown { get; init; }

    /// <summary>Whether a piece that is a token stays one, whatever the merges say.</summary>
    public bool KeepsWholeTokens { get; init; }

    /// <summary>What is put before each character but the first of a piece.</summary>
    public string ContinuingPrefix { get; init; } = "";

    /// <summary>What is put behind the last character of a piece.</summary>
    public string EndSuffix { get; init; } = "";

    /// <inheritdoc/>
    public void Tokenize(ReadOnlySpan<char> piece, int offset, TokenBuffer tokens)
    {
        if (KeepsWholeTokens && Vocabulary.IdOf(piece) is >= 0 and var id)
        {
            tokens.Add(id, offset, offset + piece.Length);
            return;
        }

        if (_isCutAtMetaspaces && ContinuingPrefix.Length + EndSuffix.Length == 0)
        {
            for (var end = EndOfWord(piece); end < piece.Length; end = EndOfWord(piece))
            {
                TokenizeWord(piece[..end], offset, tokens);
                piece = piece[end..];
                offset += end;
            }
        }

        TokenizeWord(piece, offset, tokens);
    }

    private static int EndOfWord(ReadOnlySpan<char> text)
    {
        var start = text.IndexOfAnyExcept(Metaspace);
        var length = start < 0 ? -1 : text[start..].IndexOf(Metaspace);
        return length < 0 ? text.Length : start + length;
    }

    private void TokenizeWord(ReadOnlySpan<char> word, int offset, TokenBuffer tokens)
    {
        var id = IdOfWhole(word);
        if (id >= 0 && _wholeness[id] == Wholeness.Whole)
        {
            tokens.Add(id, offset, offset + word.Length);
            return;
        }

        var before = tokens.Count;
        Merge(word, offset, tokens);
        if (id >= 0)
        {
            var isWhole = tokens.Count == before + 1 && tokens.Ids[before] == id;
            _wholeness[id] = isWhole ? Wholeness.Whole : Wholeness.InParts;
        }
    }

    // The token that a word may become as a whole. With a prefix that is another text, and not looked for.
    private int IdOfWhole(ReadOnlySpan<char> word)
    {
        if (EndSuffix.Length == 0 || ContinuingPrefix.Length > 0)
        {
            return ContinuingPrefix.Length == 0 ? Vocabulary.IdOf(word) : -1;
        }

        return word.Length + EndSuffix.Length <= ShortPiece
            ? Vocabulary.IdOf(Concatenated(word, EndSuffix, stackalloc char[ShortPiece]))
            : -1;
    }

    private static ReadOnlySpan<char> Concatenated(
        ReadOnlySpan<char> first, ReadOnlySpan<char> second, Span<char> buffer)
    {
        first.CopyTo(buffer);
        second.CopyTo(buffer[first.Length..]);
        return buffer[..(first.Length + second.Length)];
    }

    private void Merge(ReadOnlySpan<char> word, int offset, TokenBuffer tokens)
    {
        // A character has at most 4 bytes, and then 2 code units; a suffix or prefix has its own.
        var most = (3 * word.Length) + (BytesOfUnknown is null ? 0 : Encoding.UTF8.GetMaxByteCount(EndSuffix.Length))
            + (BytesOfUnknown is null ? 0 : word.Length * Encoding.UTF8.GetMaxByteCount(ContinuingPrefix.Length));
        if (most <= ShortPiece)
        {
            Span<Symbol> symbols = stackalloc Symbol[ShortPiece];
            Write(BpeMerging.OfShort(symbols[..Split(word, symbols)], _merges), offset, tokens);
            return;
        }

        var rented = ArrayPool<Symbol>.Shared.Rent(most);
        var all = rented.AsSpan(0, Split(word, rented));
        var merged = all.Length <= ShortPiece ? BpeMerging.OfShort(all, _merges) : BpeMerging.OfLong(all, _merges);
        Write(merged, offset, tokens);
        ArrayPool<Symbol>.Shared.Return(rented);
    }

    private static void Write(ReadOnlySpan<Symbol> symbols, int offset, TokenBuffer tokens)
    {
        foreach (var symbol in symbols)
        {
            tokens.Add(symbol.Id, offset + symbol.Start, offset + symbol.End);
        }
    }

    // The characters of a word as tokens.
    private int Split(ReadOnlySpan<char> word, Span<Symbol> symbols)
    {
        var count = 0;
        Symbol? unknown = null;
        for (var start = 0; start < word.Length;)
        {
            var end = start + (char.IsHighSurrogate(word[start]) ? 2 : 1);
            var id = IdOf(word, start, end);
            if (id >= 0)
            {
                if (unknown is { } last)
                {
                    symbols[count++] = last;
                    unknown = null;
                }

                symbols[count++] = new Symbol(id, start, end);
            }
            else if (!TryAddBytes(word, start, end, symbols, ref count) && Unknown >= 0)
            {
                if (unknown is { } last && !FusesUnknown)
                {
                    symbols[count++] = last;
                    unknown = null;
                }

                unknown = new Symbol(Unknown, unknown?.Start ?? start, end);
            }

            start = end;
        }

        if (unknown is { } rest)
        {
            symbols[count++] = rest;
        }

        return count;
    }

    private int IdOf(ReadOnlySpan<char> word, int start, int end)
    {
        var isPlain = (start == 0 || ContinuingPrefix.Length == 0) && (end < word.Length || EndSuffix.Length == 0);
        if (isPlain && end - start == 1)
        {
            return _idOfCharacter[word[start]];
        }

        if (ContinuingPrefix.Length == 0 && EndSuffix.Length < ShortPiece - 1)
        {
            Span<char> buffer = stackalloc char[ShortPiece];
            return Vocabulary.IdOf(isPlain ? word[start..end] : Concatenated(word[start..end], EndSuffix, buffer));
        }

        return Vocabulary.IdOf(Decorated(word, start, end));
    }

    private string Decorated(ReadOnlySpan<char> word, int start, int end) =>
        $"{(start == 0 ? "" : ContinuingPrefix)}{word[start..end]}{(end < word.Length ? "" : EndSuffix)}";

    private bool TryAddBytes(ReadOnlySpan<char> word, int start, int end, Span<Symbol> symbols, ref int count)
    {
        if (BytesOfUnknown is null)
        {
            return false;
        }

        Span<byte> buffer = stackalloc byte[4];
        var bytes = ContinuingPrefix.Length + EndSuffix.Length > 0
            ? Encoding.UTF8.GetBytes(Decorated(word, start, end))
            : buffer[..Encoding.UTF8.GetBytes(word[start..end], buffer)];
        foreach (var value in bytes)
        {
            if (BytesOfUnknown[value] < 0)
            {
                return false;
            }
        }

        foreach (var value in bytes)
        {
            symbols[count++] = new Symbol(BytesOfUnknown[value], start, end);
        }

        return true;
    }
}
