using Embeddings.Api.Wire;

namespace Embeddings.Api.Dialects.Weaviate;

/// <summary>A text that Weaviate wants the vector of. It also sends the fields of the reply, empty.</summary>
internal sealed record VectorRequest
{
    /// <summary>The text.</summary>
    public string? Text { get; init; }

    /// <summary>How to embed it.</summary>
    public VectorConfig? Config { get; init; }
}

/// <summary>How Weaviate wants a text embedded.</summary>
internal sealed record VectorConfig
{
    /// <summary><c>masked_mean</c>, which Weaviate sends by default, or <c>cls</c>.</summary>
    public string? PoolingStrategy { get; init; }

    /// <summary><c>query</c> or <c>passage</c>.</summary>
    public string? TaskType { get; init; }

    /// <summary>Numbers in the vector; null or 0 for the model's own.</summary>
    public int? Dimensions { get; init; }
}

/// <summary>The vector of a text.</summary>
/// <param name="Text">The text.</param>
/// <param name="Dims">Numbers in the vector.</param>
/// <param name="Vector">The vector.</param>
internal sealed record VectorResponse(string Text, int Dims, EmbeddingVector Vector);
