using System.Text.Json.Serialization;

namespace Embeddings.Inference.Models;

/// <summary>What a model makes of texts.</summary>
public enum ModelKind
{
    /// <summary>A vector of each text.</summary>
    [JsonStringEnumMemberName("encoder")]
    Encoder,

    /// <summary>
    /// Scores of a text, or of two texts that it reads together: a reranker has one score, a classifier one for each of
    /// its labels.
    /// </summary>
    [JsonStringEnumMemberName("cross-encoder")]
    CrossEncoder,
}

/// <summary>How the vectors of a text's tokens become the vector of the text.</summary>
public enum Pooling
{
    /// <summary>The mean over all tokens, special ones included, padding excluded.</summary>
    [JsonStringEnumMemberName("mean")]
    Mean,

    /// <summary>The vector of the first token, [CLS].</summary>
    [JsonStringEnumMemberName("cls")]
    Cls,

    /// <summary>The vector of the last token, which in a decoder is the only one that has seen all others.</summary>
    [JsonStringEnumMemberName("last_token")]
    LastToken,

    /// <summary>The mean over all tokens, in which the n-th token counts n times.</summary>
    [JsonStringEnumMemberName("weighted_mean")]
    WeightedMean,

    /// <summary>
    /// The graph gives a number for each word of the vocabulary at each token: the logarithm of 1 + the largest one over
    /// all tokens, without negative ones (SPLADE). Most numbers of such a vector are 0.
    /// </summary>
    [JsonStringEnumMemberName("splade")]
    Splade,

    /// <summary>The graph gives one vector for each text: [batch, dimensions].</summary>
    [JsonStringEnumMemberName("none")]
    None,
}

/// <summary>On which side of shorter texts a batch is padded.</summary>
public enum PaddingSide
{
    /// <summary>Behind them.</summary>
    [JsonStringEnumMemberName("right")]
    Right,

    /// <summary>Before them. Decoders that take the last place of each row for the text's need it.</summary>
    [JsonStringEnumMemberName("left")]
    Left,
}

/// <summary>A function of each number that a layer gives, or of all of them together.</summary>
public enum Activation
{
    /// <summary>The numbers as they are.</summary>
    [JsonStringEnumMemberName("identity")]
    Identity,

    /// <summary>The hyperbolic tangent.</summary>
    [JsonStringEnumMemberName("tanh")]
    Tanh,

    /// <summary>Zero for negative numbers.</summary>
    [JsonStringEnumMemberName("relu")]
    Relu,

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    [JsonStringEnumMemberName("sigmoid")]
    Sigmoid,

    /// <summary>eˣ by the sum of all eˣ. Of a cross-encoder only.</summary>
    [JsonStringEnumMemberName("softmax")]
    Softmax,
}

/// <summary>A layer that a text's vector passes after pooling, which the graph does not have.</summary>
/// <param name="Weights">The safetensors file with <c>linear.weight</c> [out, in] and, if there is one,
/// <c>linear.bias</c> [out].</param>
/// <param name="Activation">What is done with the products.</param>
public sealed record DenseFile(string Weights, Activation Activation = Activation.Identity);

/// <summary>What kind of network a model is. It is told to clients and changes nothing of how the model runs.</summary>
/// <param name="Type"><c>model_type</c> in the repository's config.json: <c>bert</c>.</param>
/// <param name="Layers">Layers of the transformer; <see langword="null"/> when nobody said.</param>
/// <param name="Heads">Attention heads of a layer; <see langword="null"/> when nobody said.</param>
/// <param name="Parameters">Numbers of all weights in its ONNX file, see <c>WeightCount</c>; <see langword="null"/>
/// when nobody counted.</param>
public sealed record Architecture(string Type, int? Layers = null, int? Heads = null, long? Parameters = null);

/// <summary>The shorter vectors that a model was trained to give: the first numbers of the whole vector.</summary>
/// <param name="Dimensions">Their lengths.</param>
/// <param name="LayerNorm">Whether the whole vector is moved to mean 0 and variance 1 before it is cut.</param>
public sealed record Matryoshka(IReadOnlyList<int> Dimensions, bool LayerNorm = false);
