using System.Text.Json.Serialization;

namespace Embeddings.Api.Dialects.Gemini;

/// <summary>A text to embed. Gemini's names have capitals inside, and its libraries send the other form too.</summary>
public sealed record EmbedContentRequest
{
    /// <summary>The model, as <c>models/name</c>; in a batch every request has it.</summary>
    public string? Model { get; init; }

    /// <summary>The text.</summary>
    public Content? Content { get; init; }

    /// <summary>What the text is for: <c>RETRIEVAL_QUERY</c>.</summary>
    [JsonPropertyName("taskType")]
    public string? TaskType { get; init; }

    /// <summary>The title of a document; it is put before the text, on a line of its own.</summary>
    public string? Title { get; init; }

    /// <summary>Numbers in the vector; absent for the model's own length.</summary>
    [JsonPropertyName("outputDimensionality")]
    public int? OutputDimensionality { get; init; }
}

/// <summary>A text in parts.</summary>
/// <param name="Parts">The parts; each becomes a line.</param>
public sealed record Content(IReadOnlyList<Part?>? Parts);

/// <summary>A part of a text.</summary>
/// <param name="Text">The part; null for what is no text, as an image.</param>
public sealed record Part(string? Text);

/// <summary>Texts to embed.</summary>
/// <param name="Requests">One for each text.</param>
public sealed record BatchEmbedContentsRequest(IReadOnlyList<EmbedContentRequest?>? Requests);

/// <summary>The vector of a text.</summary>
/// <param name="Embedding">The vector.</param>
public sealed record EmbedContentResponse(ContentEmbedding Embedding);

/// <summary>The vectors of texts.</summary>
/// <param name="Embeddings">One for each text, in their order.</param>
public sealed record BatchEmbedContentsResponse(IReadOnlyList<ContentEmbedding> Embeddings);

/// <summary>A vector.</summary>
/// <param name="Values">Its numbers.</param>
public sealed record ContentEmbedding(ReadOnlyMemory<float> Values);

/// <summary>The form of every failure.</summary>
/// <param name="Error">What failed.</param>
public sealed record GeminiError(GeminiErrorBody Error);

/// <summary>What failed.</summary>
/// <param name="Code">The HTTP status.</param>
/// <param name="Message">What is wrong, where, and what to do.</param>
/// <param name="Status">The name of the failure: <c>INVALID_ARGUMENT</c>.</param>
public sealed record GeminiErrorBody(int Code, string Message, string Status);
