namespace Embeddings.Tokenization.Text;

/// <summary>
/// A part of a text that the model reads alone, or an added token that is found already.
/// </summary>
/// <param name="Start">Its first code unit.</param>
/// <param name="End">The code unit behind its last one.</param>
/// <param name="AddedToken">The id of the added token; -1 if the model reads the piece.</param>
internal readonly record struct Piece(int Start, int End, int AddedToken = -1);

/// <summary>
/// A text in pieces, which each step of the pre-tokenizer cuts further: it takes the pieces of the step before and adds
/// new ones. Pieces lie in the order of the text and do not overlap. Used again for the next text; not thread-safe.
/// </summary>
internal sealed class Pieces
{
    private Piece[] _pieces = new Piece[64];
    private Piece[] _next = new Piece[64];
    private int _count;
    private int _added;

    /// <summary>The pieces of the last step.</summary>
    public ReadOnlySpan<Piece> All => _pieces.AsSpan(0, _count);

    /// <summary>Begins with none.</summary>
    public void Clear() => (_count, _added) = (0, 0);

    /// <summary>Adds a piece to those of the step under way. An empty one is left out.</summary>
    public void Add(Piece piece)
    {
        if (piece.Start == piece.End)
        {
            return;
        }

        if (_added == _next.Length)
        {
            Array.Resize(ref _next, 2 * _added);
        }

        _next[_added++] = piece;
    }

    /// <summary>
    /// Ends the step under way: the pieces added since the last one take the place of the pieces before.
    /// </summary>
    public void EndStep()
    {
        (_pieces, _next) = (_next, _pieces);
        (_count, _added) = (_added, 0);
    }
}
