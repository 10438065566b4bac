using System.Buffers;

namespace Embeddings.Tokenization.Models;

/// <summary>A token in a piece that is being merged.</summary>
/// <param name="Id">The token.</param>
/// <param name="Start">Its first code unit in the piece.</param>
/// <param name="End">The code unit behind its last one.</param>
internal readonly record struct Symbol(int Id, int Start, int End);

/// <summary>Merges the characters of a piece in the order of a <see cref="MergeTable"/>.</summary>
internal static class BpeMerging
{
    /// <summary>
    /// Looks through all pairs for each merge: the time grows with the square of the length, but is least for a few.
    /// </summary>
    /// <param name="symbols">The characters, at most 64; overwritten.</param>
    /// <param name="merges">What is merged.</param>
    /// <returns>What is left, a part of <paramref name="symbols"/>.</returns>
    public static ReadOnlySpan<Symbol> OfShort(Span<Symbol> symbols, MergeTable merges)
    {
        // What becomes of each symbol and the next.
        Span<Merge> pairs = stackalloc Merge[symbols.Length];
        for (var i = 0; i + 1 < symbols.Length; i++)
        {
            pairs[i] = merges.Find(symbols[i].Id, symbols[i + 1].Id);
        }

        var count = symbols.Length;
        while (true)
        {
            var (first, rank) = (-1, int.MaxValue);
            for (var i = 0; i < count - 1; i++)
            {
                if (pairs[i].Rank < rank)
                {
                    (first, rank) = (i, pairs[i].Rank);
                }
            }

            if (first < 0)
            {
                return symbols[..count];
            }

            symbols[first] = new Symbol(pairs[first].Id, symbols[first].Start, symbols[first + 1].End);
            symbols[(first + 2)..count].CopyTo(symbols[(first + 1)..]);
            pairs[(first + 2)..count].CopyTo(pairs[(first + 1)..]);
            count--;
            if (first > 0)
            {
                pairs[first - 1] = merges.Find(symbols[first - 1].Id, symbols[first].Id);
            }

            if (first + 1 < count)
            {
                pairs[first] = merges.Find(symbols[first].Id, symbols[first + 1].Id);
            }
        }
    }

    /// <summary>
    /// Keeps the pairs in a heap and the symbols in a linked list: n log n, for a word of a million letters too.
    /// </summary>
    /// <param name="symbols">The characters; overwritten.</param>
    /// <param name="merges">What is merged.</param>
    /// <returns>What is left, a part of <paramref name="symbols"/>.</returns>
    public static ReadOnlySpan<Symbol> OfLong(Span<Symbol> symbols, MergeTable merges)
    {
        var previous = ArrayPool<int>.Shared.Rent(symbols.Length);
        var next = ArrayPool<int>.Shared.Rent(symbols.Length);
        var heap = new PriorityQueue<(int Position, int Id), long>(symbols.Length);
        for (var i = 0; i < symbols.Length; i++)
        {
            (previous[i], next[i]) = (i - 1, i + 1 < symbols.Length ? i + 1 : -1);
            Push(symbols, i, next[i]);
        }

        while (heap.TryDequeue(out var best, out _))
        {
            var (left, right) = (best.Position, symbols[best.Position].Id < 0 ? -1 : next[best.Position]);

            // One of the two may have been merged with another neighbour since.
            if (right < 0 || merges.Find(symbols[left].Id, symbols[right].Id).Id != best.Id)
            {
                continue;
            }

            symbols[left] = new Symbol(best.Id, symbols[left].Start, symbols[right].End);
            symbols[right] = symbols[right] with { Id = -1 };
            next[left] = next[right];
            if (next[left] >= 0)
            {
                previous[next[left]] = left;
            }

            Push(symbols, previous[left], left);
            Push(symbols, left, next[left]);
        }

        var count = 0;
        foreach (var symbol in symbols)
        {
            if (symbol.Id >= 0)
            {
                symbols[count++] = symbol;
            }
        }

        ArrayPool<int>.Shared.Return(previous);
        ArrayPool<int>.Shared.Return(next);
        return symbols[..count];

        void Push(ReadOnlySpan<Symbol> all, int left, int right)
        {
            if (left >= 0 && right >= 0 && merges.Find(all[left].Id, all[right].Id) is { Id: >= 0 } merge)
            {
                heap.Enqueue((left, merge.Id), ((long)merge.Rank << 32) | (uint)left);
            }
        }
    }
}
