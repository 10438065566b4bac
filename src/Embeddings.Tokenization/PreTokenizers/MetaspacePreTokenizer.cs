using Embeddings.Tokenization.Reading;
using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.PreTokenizers;

/// <summary>
/// <c>Metaspace</c>: SentencePiece's way with spaces. Each becomes a visible character, one is put before the text,
/// and pieces begin with it.
/// </summary>
/// <param name="replacement">The visible character, usually U+2581.</param>
/// <param name="prefix">Before which pieces one is put.</param>
/// <param name="splits">Whether the text is cut before each.</param>
internal sealed class MetaspacePreTokenizer(char replacement, MetaspacePrefix prefix, bool splits) : IPreTokenizer
{
    /// <summary>Whether it must know which piece begins the source.</summary>
    public bool NeedsAlignment => prefix == MetaspacePrefix.First;

    /// <summary>Reads the settings, of which older files have only <c>add_prefix_space</c>.</summary>
    public static MetaspacePreTokenizer Read(JsonPart part)
    {
        var replacement = part["replacement"].AsCharacter();
        return new MetaspacePreTokenizer(
            replacement.Length == 1
                ? replacement[0]
                : throw part["replacement"].Wrong("is not in the Basic Multilingual Plane"),
            ReadPrefix(part),
            part["split"].AsFlag(true));
    }

    /// <summary>Reads before which pieces the character is put.</summary>
    public static MetaspacePrefix ReadPrefix(JsonPart part) =>
        !part["add_prefix_space"].AsFlag(true) ? MetaspacePrefix.Never
        : part["prepend_scheme"].AsTextOrNull() switch
        {
            null or "always" => MetaspacePrefix.Always,
            "first" => MetaspacePrefix.First,
            "never" => MetaspacePrefix.Never,
            var name => throw part["prepend_scheme"].Wrong($"is '{name}', which is not known here"),
        };

    /// <inheritdoc/>
    public void PreTokenize(AlignedText text, Pieces pieces)
    {
        var chars = text.Chars;
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
                pieces.Add(piece with { Start = start, End = text.Written });
                continue;
            }

            Rewrite(chars[piece.Start..piece.End], piece.Start, text);
            pieces.Add(new Piece(start, text.Written));
        }

        text.End();
        pieces.EndStep();
        if (splits)
        {
            Split(text.Chars, pieces);
        }
    }

    private void Rewrite(ReadOnlySpan<char> chars, int start, AlignedText text)
    {
        var isPrefixed = prefix == MetaspacePrefix.Always
            || (prefix == MetaspacePrefix.First && text.SourceOf(start, start + 1).Start == 0);
        if (isPrefixed && chars[0] != ' ' && chars[0] != replacement)
        {
            text.InsertBefore([replacement]);
        }

        while (chars.IndexOf(' ') is >= 0 and var space)
        {
            text.Copy(space);
            text.Replace(replacement, 1);
            chars = chars[(space + 1)..];
        }

        text.Copy(chars.Length);
    }

    private void Split(ReadOnlySpan<char> chars, Pieces pieces)
    {
        foreach (var piece in pieces.All)
        {
            var start = piece.Start;
            if (piece.AddedToken < 0)
            {
                while (chars[(start + 1)..piece.End].IndexOf(replacement) is >= 0 and var offset)
                {
                    pieces.Add(new Piece(start, start + 1 + offset));
                    start += 1 + offset;
                }
            }

            pieces.Add(piece with { Start = start });
        }

        pieces.EndStep();
    }
}

/// <summary>Before which pieces the visible space is put.</summary>
internal enum MetaspacePrefix
{
    /// <summary>Before each that does not begin with one.</summary>
    Always,

    /// <summary>Only before the piece that begins the source.</summary>
    First,

    /// <summary>Before none.</summary>
    Never,
}
