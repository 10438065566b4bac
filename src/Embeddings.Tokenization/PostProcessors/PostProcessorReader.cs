using Embeddings.Tokenization.Reading;

namespace Embeddings.Tokenization.PostProcessors;

/// <summary>The kinds of post-processor that a <c>tokenizer.json</c> can name.</summary>
internal static class PostProcessorReader
{
    /// <summary>Reads a post-processor.</summary>
    /// <exception cref="TokenizerFormatException">The kind is not known, or something is wrong with it.</exception>
    public static PostProcessing Read(JsonPart part) => part.IsMissing ? PostProcessing.None : part.Kind switch
    {
        "Sequence" => SequenceProcessing.Combine(part["processors"], [.. part["processors"].Items().Select(Read)]),
        "ByteLevel" => ByteLevelProcessing.Read(part),
        "BertProcessing" => BertProcessing.Read(part),
        "RobertaProcessing" => RobertaProcessing.Read(part),
        "TemplateProcessing" => TemplateProcessing.Read(part),
        _ => throw part.UnknownKind(),
    };
}
