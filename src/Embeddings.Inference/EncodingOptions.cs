using Embeddings.Tokenization;
using Microsoft.Extensions.AI;

namespace Embeddings.Inference;

/// <summary>What becomes of a text that is longer than the model reads.</summary>
public enum Truncation
{
    /// <summary>
    /// A part of it is embedded and <see cref="TruncatedInputs"/> counts it: its beginning, unless
    /// <see cref="EncodingOptions.TruncationSide"/> says otherwise.
    /// </summary>
    Cut,

    /// <summary>It is refused with an <see cref="InputTooLongException"/>.</summary>
    Reject,

    /// <summary>
    /// All of it is embedded in chunks of the model's length; the result is their mean, weighted by length and scaled
    /// to 1.
    /// </summary>
    Chunk,
}

/// <summary>
/// How texts are to be embedded. <c>Dimensions</c> below the model's own cuts the vector and scales it to 1 again.
/// </summary>
public sealed class EncodingOptions : EmbeddingGenerationOptions
{
    /// <summary>What becomes of inputs that are too long.</summary>
    public Truncation Truncation { get; set; } = Truncation.Cut;

    /// <summary>
    /// Where inputs are cut. An input whose start is cut is read to its end, so it may have as many tokens as all
    /// inputs together.
    /// </summary>
    public TruncationSide TruncationSide { get; set; } = TruncationSide.End;

    /// <summary>
    /// A text that is put before every text, but not before token ids. Its tokens count. If an input is too long, the
    /// input is cut, not the prompt. With <see cref="Truncation.Chunk"/> each chunk begins with it.
    /// </summary>
    public string? Prompt { get; set; }

    /// <summary>
    /// Which of <see cref="Models.ModelManifest.Tasks"/> the graph is told; null for the model's own choice.
    /// </summary>
    public string? Task { get; set; }

    /// <summary>
    /// Whether vectors are scaled to length 1, if the model's are. If not, they are as the model gives them, before
    /// that.
    /// </summary>
    public bool Normalize { get; set; } = true;

    /// <summary>
    /// Most tokens that all inputs together may have, counted after cutting, special tokens included.
    /// </summary>
    public int MaxTotalTokens { get; set; } = int.MaxValue;

    /// <summary>
    /// Whether earlier inputs of the same request were embedded already. Then these are taken even if too many tokens
    /// wait; otherwise the work done would be thrown away.
    /// </summary>
    public bool IsBegun { get; set; }

    /// <inheritdoc/>
    public override EmbeddingGenerationOptions Clone() => (EncodingOptions)MemberwiseClone();
}

/// <summary>How many inputs were longer than the model reads, carried beside the vectors.</summary>
public static class TruncatedInputs
{
    private const string Key = "truncated_inputs";

    /// <summary>Number of inputs that were not read whole; 0 if the generator does not say.</summary>
    public static int CountTruncated(this GeneratedEmbeddings<Embedding<float>> embeddings) =>
        embeddings.AdditionalProperties?.TryGetValue(Key, out int count) is true ? count : 0;

    internal static AdditionalPropertiesDictionary Describe(int count) => new() { [Key] = count };
}
