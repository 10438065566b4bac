using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace Embeddings.Inference.Tokenization;

/// <summary>
/// Where in a text each of its tokens lies. Normalization changes lengths, so each code point is normalized by itself
/// and its place is kept. That may differ from the whole in rare cases, where combining marks change their order: the
/// caller compares the ids with those of the tokenizer.
/// </summary>
/// <param name="normalizer">What is done to a text before it is split.</param>
/// <param name="rawTokens">Added tokens that are looked for before normalization.</param>
/// <param name="wordPiece">Splits a word.</param>
/// <param name="maxWordLength">A word of more code points is unknown as a whole.</param>
internal sealed class BertTokenSpans(
    BertNormalizer normalizer, AddedTokenMatcher rawTokens, WordPieceTokenizer wordPiece, int maxWordLength)
{
    /// <summary>The tokens of a text without special ones: id, start and end in UTF-16 units.</summary>
    /// <param name="text">The text.</param>
    /// <param name="limit">About so many tokens are enough.</param>
    public List<(int Id, int Start, int Stop)> Of(string text, int limit)
    {
        var spans = new List<(int Id, int Start, int Stop)>();
        var position = 0;
        while (position < text.Length && spans.Count < limit)
        {
            var token = rawTokens.Next(text, position);
            AddWords(text.AsSpan(position, (token?.Start ?? text.Length) - position), position, spans, limit);
            if (token is null)
            {
                break;
            }

            spans.Add((token.Value.Id, token.Value.Start, token.Value.End));
            position = token.Value.End;
        }

        return spans;
    }

    private void AddWords(ReadOnlySpan<char> text, int origin, List<(int Id, int Start, int Stop)> spans, int limit)
    {
        // normalized[i] comes from the code point at starts[i], which ends before stops[i].
        var normalized = new List<char>(text.Length);
        var starts = new List<int>(text.Length);
        var stops = new List<int>(text.Length);
        var buffer = new ArrayBufferWriter<char>(16);
        for (var at = 0; at < text.Length;)
        {
            Rune.DecodeFromUtf16(text[at..], out _, out var length);
            buffer.ResetWrittenCount();
            normalizer.Normalize(text.Slice(at, length), buffer);
            foreach (var character in buffer.WrittenSpan)
            {
                normalized.Add(character);
                starts.Add(origin + at);
                stops.Add(origin + at + length);
            }

            at += length;
        }

        var characters = CollectionsMarshal.AsSpan(normalized);
        var words = new BertPreTokenizer(characters);
        while (spans.Count < limit && words.MoveNext())
        {
            ((ReadOnlySpan<char>)characters).Overlaps(words.Word, out var first);
            if (words.CodePoints > maxWordLength)
            {
                spans.Add((wordPiece.UnknownTokenId, starts[first], stops[first + words.Word.Length - 1]));
                continue;
            }

            var word = words.Word.ToString();
            foreach (var piece in wordPiece.EncodeToTokens(word, out _, considerPreTokenization: false, considerNormalization: false))
            {
                var (offset, length) = piece.Offset.GetOffsetAndLength(word.Length);
                spans.Add((piece.Id, starts[first + offset], stops[first + offset + length - 1]));
            }
        }
    }
}
