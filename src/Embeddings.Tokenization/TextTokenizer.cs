using System.Buffers;
using Embeddings.Tokenization.AddedTokens;
using Embeddings.Tokenization.Models;
using Embeddings.Tokenization.Normalizers;
using Embeddings.Tokenization.PreTokenizers;
using Embeddings.Tokenization.Text;
using static Embeddings.Tokenization.Unicode.CharacterTables;

namespace Embeddings.Tokenization;

/// <summary>
/// The way of one text to its tokens, without special tokens round them: added tokens are taken out, the rest is
/// normalized, cut into pieces, and read by the model. Thread-safe.
/// </summary>
internal sealed class TextTokenizer
{
    // Code units. Long texts are normalized part by part where that gives the same: a text that is cut at 256 tokens
    // need not be normalized to its end.
    private const int PartLength = 4096;

    // A text may be cut before these characters where BERT's normalizer and pre-tokenizer read it. Each ends a word
    // whatever surrounds it, and neither decomposes nor combines.
    private static readonly SearchValues<char> Cuts = SearchValues.Create(" \t\r\n!\"#$%&'()*+,-./:;<=>?@[\\]^_{|}~");

    private readonly INormalizer? _normalizer;
    private readonly IPreTokenizer? _preTokenizer;
    private readonly IModel _model;
    private readonly IReadOnlyList<bool> _trims;
    private readonly AddedTokenMatcher _rawTokens;
    private readonly AddedTokenMatcher _normalizedTokens;
    private readonly bool _needsAlignment;
    private readonly bool _isCutInParts;

    /// <param name="normalizer">Rewrites the text; null if it stays as it is.</param>
    /// <param name="preTokenizer">Cuts it into pieces; null if it is one.</param>
    /// <param name="model">Reads the pieces.</param>
    /// <param name="added">Tokens that are found in the text before the model reads it.</param>
    /// <param name="trims">How ranges are trimmed, as in <see cref="PostProcessors.PostProcessing.Trims"/>.</param>
    public TextTokenizer(
        INormalizer? normalizer,
        IPreTokenizer? preTokenizer,
        IModel model,
        IReadOnlyList<AddedToken> added,
        IReadOnlyList<bool> trims)
    {
        (_normalizer, _preTokenizer, _model, _trims) = (normalizer, preTokenizer, model, trims);
        _rawTokens = new AddedTokenMatcher(added.Where(token => !token.IsNormalized));
        _normalizedTokens = new AddedTokenMatcher(
            from token in added
            where token.IsNormalized
            select token with { Content = Normalize(token.Content) });
        _needsAlignment = NeedsAlignment(preTokenizer);
        HasWords = normalizer is null or BertNormalizer && preTokenizer is BertPreTokenizer
            && !added.Any(token => token.Content.Any(char.IsWhiteSpace));
        _isCutInParts = HasWords && _normalizedTokens.IsEmpty;
    }

    /// <summary>Whether white space always parts tokens, so that there are as many as words at least.</summary>
    public bool HasWords { get; }

    /// <summary>A text as the normalizer leaves it.</summary>
    public string Normalize(string text)
    {
        var normalized = new AlignedText();
        normalized.Set(text, 0, isAligned: false);
        _normalizer?.Normalize(normalized);
        return normalized.Chars.ToString();
    }

    /// <summary>Tokenizes a text; the tokens are in the buffers then.</summary>
    /// <param name="text">The text.</param>
    /// <param name="limit">What lies behind so many tokens is not looked at, or left out.</param>
    /// <param name="hasRanges">Whether to find where the tokens lie in the text; if not, ranges mean nothing.</param>
    /// <param name="buffers">Room to work in.</param>
    public void Tokenize(ReadOnlySpan<char> text, int limit, bool hasRanges, Buffers buffers)
    {
        var tokens = buffers.Tokens;
        tokens.Clear();
        for (var position = 0; position < text.Length && tokens.Count < limit;)
        {
            var added = _rawTokens.Next(text, position);
            TokenizeBetween(text[..(added?.Start ?? text.Length)], position, limit, hasRanges, buffers);
            if (added is not { } token)
            {
                break;
            }

            var range = Trim(new TextRange(token.Start, token.End), text[token.Start..token.End], tokens.Count);
            tokens.Add(token.AddedToken, range.Start, range.End);
            position = token.End;
        }

        tokens.Shorten(Math.Min(tokens.Count, limit));
    }

    /// <summary>
    /// Tokens that a text has at least, found without tokenizing it: one for each word with a letter or digit.
    /// </summary>
    public int LeastTokens(ReadOnlySpan<char> text)
    {
        var words = 0;
        var isCounted = !HasWords;
        foreach (var character in text)
        {
            if (character is ' ' or '\n' or '\t' or '\r')
            {
                isCounted = !HasWords;
            }
            else if (!isCounted && char.IsLetterOrDigit(character)
                && !Is(character, Classes.Control | Classes.Whitespace | Classes.Combining))
            {
                isCounted = true;
                words++;
            }
        }

        return words;
    }

    private static bool NeedsAlignment(IPreTokenizer? preTokenizer) => preTokenizer switch
    {
        MetaspacePreTokenizer metaspace => metaspace.NeedsAlignment,
        SequencePreTokenizer sequence => sequence.Steps.Any(NeedsAlignment),
        _ => false,
    };

    // The text from a position on, in which no added token is looked for any more.
    private void TokenizeBetween(ReadOnlySpan<char> text, int position, int limit, bool hasRanges, Buffers buffers)
    {
        while (position < text.Length && buffers.Tokens.Count < limit)
        {
            var end = EndOfPart(text, position);
            TokenizePart(text[position..end], position, limit, hasRanges, buffers);
            position = end;
        }
    }

    private int EndOfPart(ReadOnlySpan<char> text, int start)
    {
        if (!_isCutInParts || text.Length - start <= PartLength)
        {
            return text.Length;
        }

        var offset = text[(start + PartLength)..].IndexOfAny(Cuts);
        return offset < 0 ? text.Length : start + PartLength + offset;
    }

    private void TokenizePart(ReadOnlySpan<char> part, int position, int limit, bool hasRanges, Buffers buffers)
    {
        var (text, pieces, tokens) = (buffers.Text, buffers.Pieces, buffers.Tokens);
        text.Set(part, position, hasRanges || _needsAlignment);
        _normalizer?.Normalize(text);
        CutAtAddedTokens(text.Chars, pieces);
        _preTokenizer?.PreTokenize(text, pieces);
        var first = tokens.Count;
        var chars = text.Chars;
        foreach (var piece in pieces.All)
        {
            if (piece.AddedToken >= 0)
            {
                tokens.Add(piece.AddedToken, piece.Start, piece.End);
            }
            else
            {
                _model.Tokenize(chars[piece.Start..piece.End], piece.Start, tokens);
            }

            if (tokens.Count >= limit)
            {
                break;
            }
        }

        if (hasRanges)
        {
            for (var i = first; i < tokens.Count; i++)
            {
                var (start, end) = tokens.Ranges[i];
                tokens.Ranges[i] = Trim(text.SourceOf(start, end), chars[start..end], i);
            }
        }
    }

    private void CutAtAddedTokens(ReadOnlySpan<char> text, Pieces pieces)
    {
        pieces.Clear();
        var position = 0;
        while (_normalizedTokens.Next(text, position) is { } token)
        {
            pieces.Add(new Piece(position, token.Start));
            pieces.Add(token);
            position = token.End;
        }

        pieces.Add(new Piece(position, text.Length));
        pieces.EndStep();
    }

    // Spaces at the ends of a token are left out of its range.
    private TextRange Trim(TextRange range, ReadOnlySpan<char> token, int index)
    {
        foreach (var hasPrefix in _trims)
        {
            var (leading, trailing) = (0, 0);
            while (leading < token.Length && IsSpace(token[leading]))
            {
                leading++;
            }

            while (trailing < token.Length && IsSpace(token[^(trailing + 1)]))
            {
                trailing++;
            }

            // A single space at the beginning of the text was put there, so it has no room in the range.
            if (leading == 1 && hasPrefix && (index == 0 || range.Start == 0))
            {
                leading = 0;
            }

            var start = Math.Min(range.Start + leading, range.End);
            range = new TextRange(start, range.End >= trailing ? Math.Max(range.End - trailing, start) : range.End);
        }

        return range;

        static bool IsSpace(char character) => character == ByteAlphabet.Space || Is(character, Classes.Whitespace);
    }
}
