using Embeddings.Tokenization.PreTokenizers;
using Embeddings.Tokenization.Reading;
using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.Decoders;

/// <summary>The kinds of decoder that a <c>tokenizer.json</c> can name.</summary>
internal static class DecoderReader
{
    /// <summary>Reads a decoder; null if the file has none.</summary>
    /// <exception cref="TokenizerFormatException">The kind is not known, or something is wrong with it.</exception>
    public static IDecoder? Read(JsonPart part) => part.IsMissing ? null : part.Kind switch
    {
        "Sequence" => new SequenceDecoder([.. part["decoders"].Items().Select(item => Read(item)!)]),
        "ByteLevel" => new ByteLevelDecoder(),
        "WordPiece" => new WordPieceDecoder(part["prefix"].AsTextOrNull() ?? "##", part["cleanup"].AsFlag(true)),
        "Metaspace" => new MetaspaceDecoder(
            part["replacement"].AsCharacter(), MetaspacePreTokenizer.ReadPrefix(part) != MetaspacePrefix.Never),
        "ByteFallback" => new ByteFallbackDecoder(),
        "Fuse" => new FuseDecoder(),
        "Replace" => new ReplaceDecoder(Pattern.Read(part["pattern"]), part["content"].AsText()),
        "Strip" => new StripDecoder(part["content"].AsCharacter(), part["start"].AsCount(), part["stop"].AsCount()),
        "BPEDecoder" => new BpeDecoder(part["suffix"].AsTextOrNull() ?? "</w>"),
        "CTC" => new CtcDecoder(
            part["pad_token"].AsText(), part["word_delimiter_token"].AsText(), part["cleanup"].AsFlag(true)),
        _ => throw part.UnknownKind(),
    };
}
