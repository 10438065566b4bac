namespace Embeddings.Tokenization.Text;

/// <summary>
/// Strings with an id each, found by their beginnings: a step for each code unit, whatever the number of strings.
/// The edges are one hash table with open addressing, so that a step reads one or two cache lines. Filled once, then
/// thread-safe.
/// </summary>
internal sealed class Trie
{
    /// <summary>The node of the empty string.</summary>
    public const int Root = 0;

    private const long Free = -1;

    // Of each node the id of the string that ends there, or -1.
    private int[] _ids = [-1];
    private int _nodes = 1;

    // An edge: from which node by which code unit, and to which node. The table is at most half full.
    private long[] _keys = [Free, Free];
    private int[] _targets = [0, 0];
    private int _shift = 63;

    /// <summary>Adds a string; if it is there already, its id changes.</summary>
    public void Add(ReadOnlySpan<char> text, int id)
    {
        var node = Root;
        foreach (var unit in text)
        {
            var next = Next(node, unit);
            node = next >= 0 ? next : AddNode(node, unit);
        }

        _ids[node] = id;
    }

    /// <summary>The node behind an edge, or -1.</summary>
    public int Next(int node, char unit)
    {
        var slot = Slot(Key(node, unit));
        return _keys[slot] == Free ? -1 : _targets[slot];
    }

    /// <summary>The id of the string that ends at a node, or -1.</summary>
    public int Id(int node) => _ids[node];

    /// <summary>The longest string that a text begins with.</summary>
    /// <param name="text">The text.</param>
    /// <param name="length">Its code units.</param>
    /// <returns>Its id, or -1 if there is none.</returns>
    public int Longest(ReadOnlySpan<char> text, out int length)
    {
        var (node, found) = (Root, -1);
        length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            node = Next(node, text[i]);
            if (node < 0)
            {
                break;
            }

            if (_ids[node] >= 0)
            {
                (found, length) = (_ids[node], i + 1);
            }
        }

        return found;
    }

    private static long Key(int node, char unit) => ((long)node << 16) | unit;

    private int Slot(long key)
    {
        var slot = (int)((ulong)key * 0x9E3779B97F4A7C15 >> _shift);
        while (_keys[slot] != key && _keys[slot] != Free)
        {
            slot = (slot + 1) & (_keys.Length - 1);
        }

        return slot;
    }

    private int AddNode(int from, char unit)
    {
        if (2 * _nodes > _keys.Length)
        {
            Double();
        }

        if (_nodes == _ids.Length)
        {
            Array.Resize(ref _ids, 2 * _nodes);
        }

        _ids[_nodes] = -1;
        var slot = Slot(Key(from, unit));
        (_keys[slot], _targets[slot]) = (Key(from, unit), _nodes);
        return _nodes++;
    }

    private void Double()
    {
        var (keys, targets) = (_keys, _targets);
        (_keys, _targets, _shift) = (new long[2 * keys.Length], new int[2 * keys.Length], _shift - 1);
        Array.Fill(_keys, Free);
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i] != Free)
            {
                var slot = Slot(keys[i]);
                (_keys[slot], _targets[slot]) = (keys[i], targets[i]);
            }
        }
    }
}
