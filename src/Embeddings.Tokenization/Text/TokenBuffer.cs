namespace Embeddings.Tokenization.Text;

/// <summary>Tokens of a text: ids, and where each lies. Used again for the next text; not thread-safe.</summary>
internal sealed class TokenBuffer
{
    private int[] _ids = new int[64];
    private TextRange[] _ranges = new TextRange[64];

    /// <summary>Number of tokens.</summary>
    public int Count { get; private set; }

    /// <summary>The ids.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>Where the tokens lie.</summary>
    public Span<TextRange> Ranges => _ranges.AsSpan(0, Count);

    /// <summary>Begins with none.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a token.</summary>
    public void Add(int id, int start, int end)
    {
        if (Count == _ids.Length)
        {
            Array.Resize(ref _ids, 2 * Count);
            Array.Resize(ref _ranges, 2 * Count);
        }

        _ids[Count] = id;
        _ranges[Count++] = new TextRange(start, end);
    }

    /// <summary>Forgets the tokens from <paramref name="count"/> on.</summary>
    public void Shorten(int count) => Count = count;
}
