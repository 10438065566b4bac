namespace Embeddings.Tokenization.Models;

/// <summary>
/// Which pairs of tokens are merged into which token, and in which order. One hash table with open addressing, at most
/// half full, since BPE asks it several times for each character. Thread-safe once it is filled.
/// </summary>
internal sealed class MergeTable
{
    private const long Free = -1;

    private readonly Entry[] _entries;
    private readonly int _shift;

    /// <param name="merges">Pairs and what they make, the first merged first. Of equal pairs the last counts.</param>
    public MergeTable(IReadOnlyCollection<(int Left, int Right, int Merged)> merges)
    {
        var bits = 1;
        while (1 << bits < 2 * merges.Count)
        {
            bits++;
        }

        _shift = 64 - bits;
        _entries = new Entry[1 << bits];
        Array.Fill(_entries, new Entry(Free, Merge.None));
        var rank = 0;
        foreach (var (left, right, merged) in merges)
        {
            var key = Key(left, right);
            _entries[Slot(key)] = new Entry(key, new Merge(rank++, merged));
        }
    }

    /// <summary>What becomes of two tokens that stand side by side.</summary>
    public Merge Find(int left, int right) => _entries[Slot(Key(left, right))].Merge;

    private static long Key(int left, int right) => ((long)left << 32) | (uint)right;

    private int Slot(long key)
    {
        var slot = (int)((ulong)key * 0x9E3779B97F4A7C15 >> _shift);
        while (_entries[slot].Key != key && _entries[slot].Key != Free)
        {
            slot = (slot + 1) & (_entries.Length - 1);
        }

        return slot;
    }

    private readonly record struct Entry(long Key, Merge Merge);
}

/// <summary>A merge of two tokens.</summary>
/// <param name="Rank">Lower ones are done first; <see cref="int.MaxValue"/> if the two are not merged.</param>
/// <param name="Id">The token that they become.</param>
internal readonly record struct Merge(int Rank, int Id)
{
    /// <summary>The two are not merged.</summary>
    public static readonly Merge None = new(int.MaxValue, -1);
}
