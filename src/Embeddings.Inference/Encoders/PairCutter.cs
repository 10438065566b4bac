using System.Runtime.InteropServices;
using Embeddings.Inference.Tokenization;

namespace Embeddings.Inference.Encoders;

/// <summary>
/// Two texts → what a cross-encoder reads: a sequence no longer than the model takes. Of a query and a document only the
/// document is cut; of two texts of equal rank the longer one. Thread-safe.
/// </summary>
/// <param name="tokenizer">Texts → ids.</param>
/// <param name="maxTokens">Tokens of the longest sequence, special tokens included.</param>
internal sealed class PairCutter(ITokenizer tokenizer, int maxTokens)
{
    // Tokens of the longest pair that are the two texts' own.
    private readonly int _room = maxTokens - tokenizer.FramePair([], []).Length;

    /// <summary>The pairs of a request.</summary>
    /// <param name="query">The query.</param>
    /// <param name="documents">The documents.</param>
    /// <param name="rejects">Whether documents that are too long are refused, and not cut.</param>
    /// <param name="mostTokens">Tokens that all pairs together may have.</param>
    /// <param name="cancellationToken">Ends it between two documents.</param>
    /// <exception cref="QueryTooLongException">The query leaves no room for a document.</exception>
    /// <exception cref="InputTooLongException">A document is too long.</exception>
    /// <exception cref="TooManyTokensException">All together have too many tokens.</exception>
    public IReadOnlyList<TokenizedPair> Cut(
        string query, IReadOnlyList<string> documents, bool rejects, int mostTokens,
        CancellationToken cancellationToken)
    {
        var first = tokenizer.Tokenize(query, _room);
        var room = _room - first.Count;
        if (room < 1)
        {
            throw new QueryTooLongException(_room - 1, maxTokens);
        }

        var pairs = new List<TokenizedPair>(documents.Count);
        var known = new Dictionary<string, TokenizedPair>(StringComparer.Ordinal);
        var tokens = 0L;
        for (var i = 0; i < documents.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!known.TryGetValue(documents[i], out var pair))
            {
                known[documents[i]] = pair = Cut(first, documents[i], i, room, rejects);
            }

            pairs.Add(pair);
            tokens += pair.Sequence.Length;
            if (tokens > mostTokens)
            {
                throw new TooManyTokensException(tokens, mostTokens);
            }
        }

        return pairs;
    }

    /// <summary>A pair of texts of equal rank, of which the longer one is cut, as transformers cuts them.</summary>
    /// <param name="first">The first text.</param>
    /// <param name="second">The second text.</param>
    /// <param name="index">Which input of the request it is.</param>
    /// <param name="rejects">Whether a pair that is too long is refused, and not cut.</param>
    /// <exception cref="InputTooLongException">The pair is too long.</exception>
    public TokenizedPair CutLonger(string first, string second, int index, bool rejects)
    {
        // One token more than there is room for is enough to see that a text is too long.
        var most = rejects ? int.MaxValue : _room + 1;
        var (one, other) = (tokenizer.Tokenize(first, most), tokenizer.Tokenize(second, most));
        var tokens = (long)one.Count + other.Count;
        if (tokens > _room && rejects)
        {
            throw new InputTooLongException(index, (int)tokens + maxTokens - _room, maxTokens);
        }

        // The shorter text keeps all it has, unless that is more than half of the room; of an odd room the longer one
        // has one token more, and of two equally long ones the second.
        var shorter = Math.Min(Math.Min(one.Count, other.Count), _room / 2);
        var longer = Math.Min(Math.Max(one.Count, other.Count), _room - shorter);
        var (left, right) = one.Count <= other.Count ? (shorter, longer) : (longer, shorter);
        return new(
            tokenizer.FramePair(CollectionsMarshal.AsSpan(one)[..left], CollectionsMarshal.AsSpan(other)[..right]),
            tokens > _room);
    }

    private TokenizedPair Cut(List<int> first, string document, int index, int room, bool rejects)
    {
        // One token more than there is room for is enough to see that the document is too long; to say how long it is
        // takes all of it.
        var second = tokenizer.Tokenize(document, rejects ? int.MaxValue : room + 1);
        var isLonger = second.Count > room;
        return isLonger && rejects
            ? throw new InputTooLongException(index, second.Count + maxTokens - room, maxTokens)
            : new TokenizedPair(
                tokenizer.FramePair(
                    CollectionsMarshal.AsSpan(first),
                    CollectionsMarshal.AsSpan(second)[..Math.Min(second.Count, room)]),
                isLonger);
    }
}

/// <summary>Two texts as the model reads them.</summary>
/// <param name="Sequence">Both, with special tokens.</param>
/// <param name="Truncated">Whether an end was cut off.</param>
internal sealed record TokenizedPair(Sequence Sequence, bool Truncated);
