using Embeddings.Tokenization.Reading;

namespace Embeddings.Tokenization.Models;

/// <summary>The kinds of model that a <c>tokenizer.json</c> can name.</summary>
internal static class ModelReader
{
    /// <summary>Reads a model. Older files name no kind, and are told apart by what they have.</summary>
    /// <exception cref="TokenizerFormatException">The kind is not known, or something is wrong with it.</exception>
    public static IModel Read(JsonPart part)
    {
        var kind = !part["type"].IsMissing ? part.Kind
            : !part["merges"].IsMissing ? "BPE"
            : part["vocab"].IsArray ? "Unigram"
            : part["continuing_subword_prefix"].IsMissing ? "WordLevel"
            : "WordPiece";
        return kind switch
        {
            "BPE" => BpeReader.Read(part),
            "WordPiece" => WordPiece.Read(part),
            "WordLevel" => WordLevel.Read(part),
            "Unigram" => Unigram.Read(part),
            _ => throw part.UnknownKind(),
        };
    }
}
