using Embeddings.Tokenization.Reading;
using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.Normalizers;

/// <summary>The kinds of normalizer that a <c>tokenizer.json</c> can name.</summary>
internal static class NormalizerReader
{
    /// <summary>Reads a normalizer; null if the file has none.</summary>
    /// <exception cref="TokenizerFormatException">The kind is not known, or something is wrong with it.</exception>
    public static INormalizer? Read(JsonPart part) => part.IsMissing ? null : part.Kind switch
    {
        "Sequence" => new SequenceNormalizer([.. part["normalizers"].Items().Select(item => Read(item)!)]),
        "NFC" => new UnicodeFormNormalizer(isComposed: true, isCompatible: false),
        "NFD" => new UnicodeFormNormalizer(isComposed: false, isCompatible: false),
        "NFKC" => new UnicodeFormNormalizer(isComposed: true, isCompatible: true),
        "NFKD" => new UnicodeFormNormalizer(isComposed: false, isCompatible: true),
        "Lowercase" => new LowercaseNormalizer(),
        "StripAccents" => new StripAccentsNormalizer(),
        "Strip" => new StripNormalizer(part["strip_left"].AsFlag(true), part["strip_right"].AsFlag(true)),
        "Prepend" => new PrependNormalizer(part["prepend"].AsText()),
        "Replace" => new ReplaceNormalizer(Pattern.Read(part["pattern"]), part["content"].AsText()),
        "Nmt" => new NmtNormalizer(),
        "ByteLevel" => new ByteLevelNormalizer(),
        "BertNormalizer" => BertNormalizer.Read(part),
        "Precompiled" => PrecompiledNormalizer.Read(part["precompiled_charsmap"]),
        _ => throw part.UnknownKind(),
    };
}
