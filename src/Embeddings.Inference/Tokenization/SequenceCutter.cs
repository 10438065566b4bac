using System.Runtime.InteropServices;

namespace Embeddings.Inference.Tokenization;

/// <summary>Inputs → what the model reads at once: sequences of ids between [CLS] and [SEP], as long as it takes them. Thread-safe.</summary>
/// <param name="tokenizer">Texts → ids.</param>
/// <param name="maxTokens">Of a sequence, [CLS] and [SEP] included.</param>
internal sealed class SequenceCutter(BertTextTokenizer tokenizer, int maxTokens)
{
    /// <summary>Tokens that a text has at least, found without tokenizing it: one for each word that has a letter or digit which is not dropped.</summary>
    public static int FewestTokens(string text)
    {
        var words = 0;
        var isCounted = false;
        foreach (var character in text)
        {
            if (character is ' ' or '\n' or '\t' or '\r')
            {
                isCounted = false;
            }
            else if (!isCounted && IsKept(character))
            {
                isCounted = true;
                words++;
            }
        }

        return words;
    }

    /// <summary>Ids of a text, at most so many.</summary>
    public List<int> Tokenize(string text, int index, int limit) => tokenizer.Tokenize(text, limit);

    /// <summary>Ids that a caller gave, at most so many.</summary>
    /// <exception cref="UnknownTokenIdException">One of them is not in the vocabulary.</exception>
    public List<int> Checked(ReadOnlyMemory<int> input, int index, int limit)
    {
        var ids = input.Span;
        for (var i = 0; i < ids.Length; i++)
        {
            if (ids[i] < 0 || ids[i] >= tokenizer.VocabularySize)
            {
                throw new UnknownTokenIdException(index, i, ids[i]);
            }
        }

        return [.. ids[..Math.Min(ids.Length, limit)]];
    }

    /// <summary>The sequences of an input.</summary>
    /// <param name="input">A text, or ids.</param>
    /// <param name="index">Which input it is.</param>
    /// <param name="ids">Its ids, at most so many: <see cref="Tokenize"/> or <see cref="Checked"/>.</param>
    /// <param name="options">What becomes of inputs that are longer than a sequence.</param>
    /// <exception cref="InputTooLongException">It is longer, and may not be cut.</exception>
    public TokenizedInput Cut<TInput>(TInput input, int index, Func<TInput, int, int, List<int>> ids, EncodingOptions options)
    {
        var room = maxTokens - 2;
        if (options.Truncation == Truncation.Cut)
        {
            var first = ids(input, index, room + 1);
            var truncated = first.Count > room;
            return new TokenizedInput(index, [Frame(CollectionsMarshal.AsSpan(first)[..Math.Min(first.Count, room)])], truncated);
        }

        // One more than all inputs together may have is enough to know that this one has too many.
        var all = ids(input, index, (int)Math.Min(options.MaxTotalTokens + 1L, int.MaxValue));
        if (options.Truncation == Truncation.Reject && all.Count > room)
        {
            throw new InputTooLongException(index, all.Count + 2, maxTokens);
        }

        if (all.Count <= room)
        {
            return new TokenizedInput(index, [Frame(CollectionsMarshal.AsSpan(all))], Truncated: false);
        }

        // Each sequence is an input of the same kind. A prompt that would leave no room for it stays in the first alone.
        var prompt = input is string && options.Prompt is { Length: > 0 } text ? tokenizer.Tokenize(text, room) : [];
        var repeated = prompt.Count < room && all.Take(prompt.Count).SequenceEqual(prompt) ? prompt.Count : 0;
        var sequences = new List<int[]> { Frame(CollectionsMarshal.AsSpan(all)[..room]) };
        for (var start = room; start < all.Count; start += room - repeated)
        {
            sequences.Add(Frame([.. prompt.Take(repeated), .. all.Skip(start).Take(room - repeated)]));
        }

        return new TokenizedInput(index, sequences, Truncated: false);
    }

    private int[] Frame(ReadOnlySpan<int> ids) => [tokenizer.ClassId, .. ids, tokenizer.SeparatorId];

    private static bool IsKept(char character) =>
        char.IsLetterOrDigit(character) && !BertUnicode.Is(character, BertUnicode.Classes.Control | BertUnicode.Classes.Whitespace | BertUnicode.Classes.Combining);
}
