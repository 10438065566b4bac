using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.PreTokenizers;

/// <summary>A pre-tokenizer that only cuts pieces, each by itself.</summary>
internal abstract class PieceSplitter : IPreTokenizer
{
    /// <inheritdoc/>
    public void PreTokenize(AlignedText text, Pieces pieces)
    {
        foreach (var piece in pieces.All)
        {
            if (piece.AddedToken >= 0)
            {
                pieces.Add(piece);
            }
            else
            {
                Split(text.Chars[piece.Start..piece.End], piece.Start, pieces);
            }
        }

        pieces.EndStep();
    }

    /// <summary>Cuts a piece.</summary>
    /// <param name="chars">Its text.</param>
    /// <param name="offset">Where it begins in the whole text.</param>
    /// <param name="pieces">Where the new pieces go.</param>
    protected abstract void Split(ReadOnlySpan<char> chars, int offset, Pieces pieces);
}
