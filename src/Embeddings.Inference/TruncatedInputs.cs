using Microsoft.Extensions.AI;

namespace Embeddings.Inference;

/// <summary>How many inputs were longer than the model reads, carried beside the vectors.</summary>
public static class TruncatedInputs
{
    private const string Key = "truncated_inputs";

    /// <summary>Number of inputs whose end was not read; 0 if the generator does not say.</summary>
    public static int CountTruncated(this GeneratedEmbeddings<Embedding<float>> embeddings) =>
        embeddings.AdditionalProperties?.TryGetValue(Key, out int count) is true ? count : 0;

    internal static AdditionalPropertiesDictionary Describe(int count) => new() { [Key] = count };
}
