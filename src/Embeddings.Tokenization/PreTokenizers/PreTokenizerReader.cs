using Embeddings.Tokenization.Reading;
using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.PreTokenizers;

/// <summary>The kinds of pre-tokenizer that a <c>tokenizer.json</c> can name.</summary>
internal static class PreTokenizerReader
{
    /// <summary>Reads a pre-tokenizer; null if the file has none.</summary>
    /// <exception cref="TokenizerFormatException">The kind is not known, or something is wrong with it.</exception>
    public static IPreTokenizer? Read(JsonPart part) => part.IsMissing ? null : part.Kind switch
    {
        "Sequence" => new SequencePreTokenizer([.. part["pretokenizers"].Items().Select(item => Read(item)!)]),
        "BertPreTokenizer" => new BertPreTokenizer(),
        "Whitespace" => new WhitespacePreTokenizer(),
        "WhitespaceSplit" => new WhitespaceSplit(),
        "Punctuation" => new PunctuationPreTokenizer(
            DelimiterBehaviorReader.Read(part["behavior"], DelimiterBehavior.Isolated)),
        "Digits" => new DigitsPreTokenizer(part["individual_digits"].AsFlag(false)),
        "Metaspace" => MetaspacePreTokenizer.Read(part),
        "ByteLevel" => new ByteLevelPreTokenizer(part["add_prefix_space"].AsFlag(true), part["use_regex"].AsFlag(true)),
        "Split" => new SplitPreTokenizer(
            Pattern.Read(part["pattern"]),
            DelimiterBehaviorReader.Read(part["behavior"], null),
            part["invert"].AsFlag(false)),
        "UnicodeScripts" => new UnicodeScriptsPreTokenizer(),
        "FixedLength" => new FixedLengthPreTokenizer(part["length"].AsCount(5)),
        _ => throw part.UnknownKind(),
    };
}
