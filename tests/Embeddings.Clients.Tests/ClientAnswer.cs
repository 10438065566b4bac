using System.Text.Json.Serialization;

namespace Embeddings.Clients.Tests;

/// <summary>
/// One line that a client program writes: vectors, or the models, or the refusal as the client shows it to its user.
/// </summary>
internal sealed record ClientAnswer(
    string Case,
    float[][]? Vectors,
    string? Model,
    [property: JsonPropertyName("prompt_tokens")] int? PromptTokens,
    string[]? Ids,
    string? Exception,
    int? Status,
    string? Code,
    string? Message);
