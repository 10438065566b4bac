using System.Text.RegularExpressions;
using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.PreTokenizers;

/// <summary>
/// <c>ByteLevel</c>: cuts as GPT-2 does, and writes each UTF-8 byte as a character of the <see cref="ByteAlphabet"/>.
/// </summary>
/// <param name="addsSpace">Whether a space is put before pieces that do not begin with one.</param>
/// <param name="splits">Whether pieces are cut; if not, another pre-tokenizer has done it.</param>
internal sealed partial class ByteLevelPreTokenizer(bool addsSpace, bool splits) : IPreTokenizer
{
    private static readonly SplitPreTokenizer Splitter =
        new(Pattern.Of(Words()), DelimiterBehavior.Isolated, isInverted: false);

    /// <inheritdoc/>
    public void PreTokenize(AlignedText text, Pieces pieces)
    {
        if (addsSpace)
        {
            AddSpaces(text, pieces);
        }

        if (splits)
        {
            Splitter.PreTokenize(text, pieces);
        }

        var read = 0;
        text.Begin();
        foreach (var piece in pieces.All)
        {
            text.Drop(piece.Start - read);
            read = piece.End;
            var start = text.Written;
            if (piece.AddedToken >= 0)
            {
                text.Copy(piece.End - piece.Start);
            }
            else
            {
                text.CopyAsBytes(piece.End - piece.Start);
            }

            pieces.Add(piece with { Start = start, End = text.Written });
        }

        text.End();
        pieces.EndStep();
    }

    private static void AddSpaces(AlignedText text, Pieces pieces)
    {
        var read = 0;
        text.Begin();
        foreach (var piece in pieces.All)
        {
            text.Drop(piece.Start - read);
            read = piece.End;
            var start = text.Written;
            if (piece.AddedToken < 0 && text.Chars[piece.Start] != ' ')
            {
                text.InsertBefore(" ");
            }

            text.Copy(piece.End - piece.Start);
            pieces.Add(piece with { Start = start, End = text.Written });
        }

        text.End();
        pieces.EndStep();
    }

    // The words of GPT-2: contractions, letters, digits and other characters with a space before them, and white space.
    [GeneratedRegex(
        @"'(?:[stmd]|re|ve|ll)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
