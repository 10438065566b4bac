using System.Buffers;
using System.Text;
using Embeddings.Tokenization.Reading;
using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.Models;

/// <summary>
/// <c>Unigram</c>: of all ways to cut a piece into tokens the one whose scores have the largest sum (Viterbi's
/// algorithm). Characters without a token are unknown; neighbours that are unknown are one token.
/// </summary>
internal sealed class Unigram : IModel
{
    // How much less than the least score an unknown character has.
    private const double UnknownPenalty = 10;

    // Longer pieces take their table from the heap.
    private const int ShortPiece = 255;

    private readonly Trie _tokens = new();
    private readonly double[] _scores;
    private readonly int _unknown;
    private readonly double _unknownScore;
    private readonly int[]? _bytes;

    private Unigram(Vocabulary vocabulary, double[] scores, int unknown, bool hasByteFallback)
    {
        (Vocabulary, _scores, _unknown) = (vocabulary, scores, unknown);
        _unknownScore = scores.Min() - UnknownPenalty;
        _bytes = hasByteFallback ? vocabulary.ByteTokens() : null;
        foreach (var (token, id) in vocabulary.All)
        {
            if (token.Length > 0)
            {
                _tokens.Add(token, id);
            }
        }
    }

    /// <inheritdoc/>
    public Vocabulary Vocabulary { get; }

    /// <summary>Reads the model.</summary>
    public static Unigram Read(JsonPart part)
    {
        var tokens = new List<string>();
        var scores = new List<double>();
        foreach (var item in part["vocab"].Items())
        {
            var pair = item.Items().ToArray();
            if (pair.Length != 2)
            {
                throw item.Wrong("is not a token and its score");
            }

            tokens.Add(pair[0].AsText());
            scores.Add(Score.Parse(pair[1].AsWrittenNumber()));
        }

        var unknown = part["unk_id"].IsMissing ? -1 : part["unk_id"].AsCount();
        return tokens.Count == 0 ? throw part["vocab"].Wrong("is empty")
            : unknown >= tokens.Count ? throw part["unk_id"].Wrong($"is {unknown}, but there are {tokens.Count} tokens")
            : new Unigram(Vocabulary.Of(tokens), [.. scores], unknown, part["byte_fallback"].AsFlag(false));
    }

    /// <inheritdoc/>
    public void Tokenize(ReadOnlySpan<char> piece, int offset, TokenBuffer tokens)
    {
        if (piece.Length <= ShortPiece)
        {
            Span<Step> steps = stackalloc Step[ShortPiece + 1];
            Tokenize(piece, offset, tokens, steps[..(piece.Length + 1)]);
            return;
        }

        var rented = ArrayPool<Step>.Shared.Rent(piece.Length + 1);
        Tokenize(piece, offset, tokens, rented.AsSpan(0, piece.Length + 1));
        ArrayPool<Step>.Shared.Return(rented);
    }

    private void Tokenize(ReadOnlySpan<char> piece, int offset, TokenBuffer tokens, Span<Step> steps)
    {
        steps.Fill(new Step(0, -1, -1));
        for (var start = 0; start < piece.Length;)
        {
            var here = steps[start].Score;
            var length = char.IsHighSurrogate(piece[start]) ? 2 : 1;
            var hasCharacter = false;
            var node = Trie.Root;
            for (var i = start; i < piece.Length; i++)
            {
                node = _tokens.Next(node, piece[i]);
                if (node < 0)
                {
                    break;
                }

                if (_tokens.Id(node) is >= 0 and var id)
                {
                    Offer(ref steps[i + 1], here + _scores[id], start, id);
                    hasCharacter |= i + 1 - start == length;
                }
            }

            if (!hasCharacter)
            {
                Offer(ref steps[start + length], here + _unknownScore, start, _unknown);
            }

            start += length;
        }

        Write(piece, offset, tokens, steps);
    }

    private static void Offer(ref Step step, double score, int start, int id)
    {
        if (step.Start < 0 || score > step.Score)
        {
            step = new Step(score, start, id);
        }
    }

    private void Write(ReadOnlySpan<char> piece, int offset, TokenBuffer tokens, Span<Step> steps)
    {
        // The best way is found from its end, so it is turned round: each step then says where it ends.
        var following = -1;
        for (var end = piece.Length; end > 0;)
        {
            var (score, start, id) = steps[end];
            steps[end] = new Step(score, following, id);
            (following, end) = (end, start);
        }

        for (var start = 0; following >= 0;)
        {
            var end = following;
            var id = steps[end].Id;
            following = steps[end].Start;
            while (id == _unknown && following >= 0 && steps[following].Id == _unknown)
            {
                end = following;
                following = steps[end].Start;
            }

            if (id == _unknown)
            {
                WriteUnknown(piece[start..end], offset + start, tokens);
            }
            else
            {
                tokens.Add(id, offset + start, offset + end);
            }

            start = end;
        }
    }

    // Characters that are unknown one by one may be a token together.
    private void WriteUnknown(ReadOnlySpan<char> text, int offset, TokenBuffer tokens)
    {
        var end = offset + text.Length;
        if (Vocabulary.IdOf(text) is >= 0 and var id)
        {
            tokens.Add(id, offset, end);
            return;
        }

        if (_bytes is not null)
        {
            var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
            Encoding.UTF8.GetBytes(text, bytes);
            if (Array.TrueForAll(bytes, value => _bytes[value] >= 0))
            {
                foreach (var value in bytes)
                {
                    tokens.Add(_bytes[value], offset, end);
                }

                return;
            }
        }

        if (_unknown >= 0)
        {
            tokens.Add(_unknown, offset, end);
        }
    }

    /// <param name="Score">Sum of the scores of the best way to here.</param>
    /// <param name="Start">Where its last token begins; -1 if there is no way.</param>
    /// <param name="Id">Its last token.</param>
    private readonly record struct Step(double Score, int Start, int Id);
}
