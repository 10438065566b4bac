using System.Runtime.InteropServices;
using Embeddings.Tokenization;

namespace Embeddings.Inference.Tokenization;

/// <summary>
/// One input → what the model reads: a sequence no longer than the model takes, or several for an input in chunks.
/// Thread-safe.
/// </summary>
/// <param name="tokenizer">Texts → ids.</param>
/// <param name="maxTokens">Tokens of the longest sequence, special tokens included.</param>
internal sealed class SequenceCutter(ITokenizer tokenizer, int maxTokens)
{
    // Tokens of a sequence that are the input's own.
    private readonly int _room = maxTokens - tokenizer.SpecialTokens;

    /// <summary>
    /// Tokens that an input has at least once it is cut, special tokens included; found without tokenizing it.
    /// </summary>
    public long LeastTokens(EncoderInput input, Truncation truncation)
    {
        var own = input.Text is { } text ? tokenizer.LeastTokens(text) : input.Ids.Length;
        return tokenizer.SpecialTokens + (truncation == Truncation.Chunk ? own : Math.Min(own, _room));
    }

    /// <summary>The sequences of an input.</summary>
    /// <param name="input">A text, or ids.</param>
    /// <param name="index">Which input it is, from 0; exceptions name it.</param>
    /// <param name="options">What becomes of inputs that are longer than a sequence.</param>
    /// <exception cref="InputTooLongException">It is longer, and may not be cut.</exception>
    /// <exception cref="UnknownTokenIdException">An id is not in the vocabulary.</exception>
    public TokenizedInput Cut(EncoderInput input, int index, EncodingOptions options)
    {
        var isStartCut = options.Truncation == Truncation.Cut && options.TruncationSide == TruncationSide.Start;
        if (options.Truncation == Truncation.Cut && !isStartCut)
        {
            var first = Ids(input, index, _room + 1);
            var truncated = first.Count > _room;
            return new TokenizedInput(index, [tokenizer.Frame(CollectionsMarshal.AsSpan(first)[..Math.Min(first.Count, _room)])], truncated);
        }

        // Reading one token more than all inputs together may have is enough to see that there are too many.
        var all = Ids(input, index, (int)Math.Min(options.MaxTotalTokens + 1L, int.MaxValue));
        if (options.Truncation == Truncation.Reject && all.Count > _room)
        {
            throw new InputTooLongException(index, all.Count + tokenizer.SpecialTokens, maxTokens);
        }

        if (isStartCut && all.Count > options.MaxTotalTokens)
        {
            throw new TooManyTokensException(all.Count, options.MaxTotalTokens);
        }

        return all.Count <= _room
            ? new TokenizedInput(index, [tokenizer.Frame(CollectionsMarshal.AsSpan(all))], Truncated: false)
            : isStartCut
                ? new TokenizedInput(index, [End(input, all, options)], Truncated: true)
                : new TokenizedInput(index, Chunks(input, all, options), Truncated: false);
    }

    private Sequence End(EncoderInput input, List<int> ids, EncodingOptions options)
    {
        var prompt = PromptOf(input, ids, options);
        return tokenizer.Frame([.. prompt, .. ids.TakeLast(_room - prompt.Count)]);
    }

    private List<Sequence> Chunks(EncoderInput input, List<int> ids, EncodingOptions options)
    {
        // Each chunk is an input of the same kind, so each begins with the prompt.
        var prompt = PromptOf(input, ids, options);
        var chunks = new List<Sequence> { tokenizer.Frame(CollectionsMarshal.AsSpan(ids)[.._room]) };
        for (var start = _room; start < ids.Count; start += _room - prompt.Count)
        {
            chunks.Add(tokenizer.Frame([.. prompt, .. ids.Skip(start).Take(_room - prompt.Count)]));
        }

        return chunks;
    }

    // The ids of the prompt with which an input begins. None if they leave no room for anything else, or if the prompt
    // and the text have a token in common.
    private List<int> PromptOf(EncoderInput input, List<int> ids, EncodingOptions options)
    {
        var prompt = input.Text is not null && options.Prompt is { Length: > 0 } text
            ? tokenizer.Tokenize(text, _room)
            : [];
        return prompt.Count < _room && ids.Take(prompt.Count).SequenceEqual(prompt) ? prompt : [];
    }

    // The ids of an input, at most as many as the limit.
    private List<int> Ids(EncoderInput input, int index, int limit)
    {
        if (input.Text is { } text)
        {
            return tokenizer.Tokenize(text, limit);
        }

        var ids = input.Ids.Span;
        for (var i = 0; i < ids.Length; i++)
        {
            if (ids[i] < 0 || ids[i] >= tokenizer.VocabularySize)
            {
                throw new UnknownTokenIdException(index, i, ids[i]);
            }
        }

        return [.. ids[..Math.Min(ids.Length, limit)]];
    }
}

/// <summary>One input of a request: a text, or token ids without special tokens. Compared by content.</summary>
/// <param name="Text">The text; null if there are ids.</param>
/// <param name="Ids">The ids; empty if there is a text.</param>
internal readonly record struct EncoderInput(string? Text, ReadOnlyMemory<int> Ids)
{
    public bool Equals(EncoderInput other) =>
        string.Equals(Text, other.Text, StringComparison.Ordinal) && Ids.Span.SequenceEqual(other.Ids.Span);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Text);
        hash.AddBytes(MemoryMarshal.AsBytes(Ids.Span));
        return hash.ToHashCode();
    }
}

/// <summary>One input as the model reads it.</summary>
/// <param name="Index">Which input of the request it is, from 0.</param>
/// <param name="Sequences">One; several for an input in chunks.</param>
/// <param name="Truncated">Whether a part of it was cut off.</param>
internal sealed record TokenizedInput(int Index, IReadOnlyList<Sequence> Sequences, bool Truncated)
{
    /// <summary>Tokens of all sequences, special tokens included.</summary>
    public int TokenCount { get; } = Sequences.Sum(sequence => sequence.Length);
}
