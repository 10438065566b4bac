using Embeddings.Api.Errors;

namespace Embeddings.Api.Dialects.Ollama;

/// <summary>Names of models as Ollama's clients write them: <c>model:tag</c>, <c>hf.co/owner/name</c>.</summary>
internal static class OllamaNames
{
    private static readonly string[] Hubs = ["hf.co/", "huggingface.co/"];

    /// <summary>The name that a request must have.</summary>
    /// <exception cref="InvalidRequestException">There is none.</exception>
    public static string Required(string? name) =>
        name is { Length: > 0 } ? name : throw new InvalidRequestException("model is required", "model");

    /// <summary>The name by which this server knows a model: without the host of the hub.</summary>
    public static string Local(string name) =>
        Hubs.FirstOrDefault(hub => name.StartsWith(hub, StringComparison.OrdinalIgnoreCase)) is { } hub
            ? name[hub.Length..]
            : name;

    /// <summary>A name with its tag: that of a name without one is <c>latest</c>.</summary>
    public static string Tagged(string name) =>
        name[(name.LastIndexOf('/') + 1)..].Contains(':', StringComparison.Ordinal) ? name : name + ":latest";
}
